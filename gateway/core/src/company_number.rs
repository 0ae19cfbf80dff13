//! The Italian numbers of companies and other organisations: eleven digits, the last of which checks
//! the others. The VAT number (partita IVA) has this form, and so has most fiscal numbers of organisations.

/// Whether the text is such a number.
// DM 23 December 1976: the digits in even places count double, and the sum of all is a multiple of ten.
pub fn is_company_number(text: &str) -> bool {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| digits.len() == 11 && digits.iter().any(|digit| *digit != 0)) else {
        return false;
    };
    let value = |(index, digit): (usize, &u32)| match (index % 2, digit * 2) {
        (0, _) => *digit,
        (_, double) => double / 10 + double % 10,
    };
    digits.iter().enumerate().map(value).sum::<u32>().is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_digit_checks_the_others() {
        // Those of two public bodies, and one made up.
        for right in ["01386030488", "00378210462", "12345678903"] {
            assert!(is_company_number(right), "{right}");
        }
        for wrong in [
            "01386030487",
            "00378210461",
            "12345678901",
            "00000000000",
            "1234567890",
            "123456789034",
            "1234567890A",
            "",
            "１２３４５６７８９０３",
        ] {
            assert!(!is_company_number(wrong), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_change_of_one_digit_is_noticed(place in 0usize..11, other in 0u8..10) {
            let mut bytes = *b"01386030488";
            let before = std::mem::replace(&mut bytes[place], b'0' + other);
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            prop_assert_eq!(is_company_number(&text), before == b'0' + other);
        }
    }
}
