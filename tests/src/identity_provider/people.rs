//! The people of the test identity provider. They do not exist; their fiscal numbers are well formed.

use varco_core::level::Level;

/// Somebody who can log in at the test identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// What they type as user name.
    pub username: &'static str,
    /// What they type as password.
    pub password: &'static str,
    /// Given name.
    pub given_name: &'static str,
    /// Family name.
    pub family_name: &'static str,
    /// Fiscal number, without prefix.
    pub fiscal_number: &'static str,
    /// The highest level that their credentials reach.
    pub level: Level,
    /// Whether their identity is suspended: every login of theirs ends with error 23.
    pub suspended: bool,
    /// `F` or `M`.
    pub gender: &'static str,
    /// Date of birth, `YYYY-MM-DD`.
    pub born_on: &'static str,
    /// Place of birth, by its Belfiore code.
    pub born_in: &'static str,
    /// Province of birth.
    pub county: &'static str,
}

/// Everybody's password: they are not real people.
const PASSWORD: &str = "prova-1234";

/// Everybody who can log in: one for each level, and one whose identity is suspended.
pub const PEOPLE: [Person; 4] = [
    Person {
        username: "bianca",
        password: PASSWORD,
        given_name: "Bianca",
        family_name: "Esempio",
        fiscal_number: "SMPBNC85D52D612L",
        level: Level::Three,
        suspended: false,
        gender: "F",
        born_on: "1985-04-12",
        born_in: "D612",
        county: "FI",
    },
    Person {
        username: "dario",
        password: PASSWORD,
        given_name: "Dario",
        family_name: "Collaudo",
        fiscal_number: "CLLDRA79R05E715J",
        level: Level::Two,
        suspended: false,
        gender: "M",
        born_on: "1979-10-05",
        born_in: "E715",
        county: "LU",
    },
    Person {
        username: "carla",
        password: PASSWORD,
        given_name: "Carla",
        family_name: "Provetta",
        fiscal_number: "PRVCRL68A41G999G",
        level: Level::One,
        suspended: false,
        gender: "F",
        born_on: "1968-01-01",
        born_in: "G999",
        county: "PO",
    },
    Person {
        username: "elio",
        password: PASSWORD,
        given_name: "Elio",
        family_name: "Campione",
        fiscal_number: "CMPLEI90S17A390M",
        level: Level::Three,
        suspended: true,
        gender: "M",
        born_on: "1990-11-17",
        born_in: "A390",
        county: "AR",
    },
];

// === impl Person ===

impl Person {
    /// The person of this user name and password.
    pub fn who_knows(username: &str, password: &str) -> Option<&'static Self> {
        PEOPLE.iter().find(|person| person.username == username.trim() && person.password == password)
    }

    /// Given and family name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }

    /// A SPID attribute of this person, by its SPID name; what a person does not have is `None`.
    pub fn attribute(&self, name: &str) -> Option<Value> {
        let text = |text: String| Some(Value { text, kind: "xs:string" });
        let date = |text: &str| Some(Value { text: text.to_owned(), kind: "xs:date" });
        match name {
            "spidCode" => text(format!("VRCO{:0>10}", self.username.to_uppercase())),
            "name" => text(self.given_name.to_owned()),
            "familyName" => text(self.family_name.to_owned()),
            "placeOfBirth" => text(self.born_in.to_owned()),
            "countyOfBirth" => text(self.county.to_owned()),
            "dateOfBirth" => date(self.born_on),
            "gender" => text(self.gender.to_owned()),
            "fiscalNumber" => text(format!("TINIT-{}", self.fiscal_number)),
            "idCard" => text("cartaIdentita CA00000AA comuneProva 2025-01-01 2035-01-01".to_owned()),
            "mobilePhone" => text("+390000000000".to_owned()),
            "email" => text(format!("{}@posta.example", self.username)),
            "digitalAddress" => text(format!("{}@pec.example", self.username)),
            "address" => text("Via della Prova 1 50100 Firenze FI".to_owned()),
            "domicileStreetAddress" => text("Via della Prova 1".to_owned()),
            "domicilePostalCode" => text("50100".to_owned()),
            "domicileMunicipality" => text("Firenze".to_owned()),
            "domicileProvince" => text("FI".to_owned()),
            "domicileNation" => text("IT".to_owned()),
            "expirationDate" => date("2035-12-31"),
            _ => None,
        }
    }
}

/// The value of an attribute, with its XML Schema type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The value.
    pub text: String,
    /// `xs:string` or `xs:date`.
    pub kind: &'static str,
}

#[cfg(test)]
mod tests {
    use varco_core::fiscal_number::FiscalNumber;

    use super::*;

    #[test]
    fn every_fiscal_number_is_well_formed() {
        for person in &PEOPLE {
            assert!(FiscalNumber::parse(person.fiscal_number).is_ok(), "{}", person.username);
        }
    }

    #[test]
    fn there_is_somebody_for_each_level() {
        for level in Level::ALL {
            assert!(PEOPLE.iter().any(|person| person.level == level && !person.suspended), "{level}");
        }
    }
}
