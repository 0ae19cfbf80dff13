//! The people of the test identity provider. They do not exist; their fiscal numbers are well formed.

use varco_core::level::Level;
use varco_core::purpose::IdentityKind;

/// An identity with which somebody can log in at the test identity provider.
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
    /// Fiscal number, without prefix; who comes from another country has none, and a company another one.
    pub fiscal_number: Option<&'static str>,
    /// Their identifier in the European network, in place of the code of an identity.
    pub european: Option<&'static str>,
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
    /// Personal, or professional.
    pub kind: IdentityKind,
    /// The company that they act for, or that they are.
    pub company: Option<Company>,
}

/// A company that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Company {
    /// Its name.
    pub name: &'static str,
    /// Its fiscal number, which is its VAT number too.
    pub number: &'static str,
    /// Its registered office.
    pub office: &'static str,
}

const COMPANY: Company =
    Company { name: "Officine Prova S.r.l.", number: "09999990014", office: "Via della Prova 2 50100 Firenze FI" };

/// What most of them have in common; everybody has the same password, as they are not real people.
const SOMEBODY: Person = Person {
    username: "",
    password: "prova-1234",
    given_name: "",
    family_name: "",
    fiscal_number: None,
    european: None,
    level: Level::Two,
    suspended: false,
    gender: "F",
    born_on: "",
    born_in: "",
    county: "",
    kind: IdentityKind::NaturalPerson,
    company: None,
};

const DARIO: Person = Person {
    username: "dario",
    given_name: "Dario",
    family_name: "Collaudo",
    fiscal_number: Some("CLLDRA79R05E715J"),
    gender: "M",
    born_on: "1979-10-05",
    born_in: "E715",
    county: "LU",
    ..SOMEBODY
};

/// Everybody who can log in: first one for each level and one whose identity is suspended; then a minor, one
/// whose fiscal number was changed to differ from another's, one who comes through the European network, and
/// professional identities, one of which is of a person who has a personal one too.
pub const PEOPLE: [Person; 9] = [
    Person {
        username: "bianca",
        given_name: "Bianca",
        family_name: "Esempio",
        fiscal_number: Some("SMPBNC85D52D612L"),
        level: Level::Three,
        born_on: "1985-04-12",
        born_in: "D612",
        county: "FI",
        ..SOMEBODY
    },
    DARIO,
    Person {
        username: "carla",
        given_name: "Carla",
        family_name: "Provetta",
        fiscal_number: Some("PRVCRL68A41G999G"),
        level: Level::One,
        born_on: "1968-01-01",
        born_in: "G999",
        county: "PO",
        ..SOMEBODY
    },
    Person {
        username: "elio",
        given_name: "Elio",
        family_name: "Campione",
        fiscal_number: Some("CMPLEI90S17A390M"),
        level: Level::Three,
        suspended: true,
        gender: "M",
        born_on: "1990-11-17",
        born_in: "A390",
        county: "AR",
        ..SOMEBODY
    },
    Person {
        username: "gaia",
        given_name: "Gaia",
        family_name: "Minorenne",
        fiscal_number: Some("MNRGAI14E60E715F"),
        born_on: "2014-05-20",
        born_in: "E715",
        county: "LU",
        ..SOMEBODY
    },
    Person {
        username: "ivo",
        given_name: "Ivo",
        family_name: "Gemello",
        fiscal_number: Some("GMLVIO75C08D61NO"),
        gender: "M",
        born_on: "1975-03-08",
        born_in: "D612",
        county: "FI",
        ..SOMEBODY
    },
    Person {
        username: "greta",
        given_name: "Greta",
        family_name: "Beispiel",
        european: Some("DE/IT/a-1/b"),
        born_on: "1992-07-30",
        born_in: "Z112",
        county: "EE",
        ..SOMEBODY
    },
    Person { username: "impresa", kind: IdentityKind::LegalProfessional, company: Some(COMPANY), ..DARIO },
    Person { username: "ditta", kind: IdentityKind::LegalPerson, company: Some(COMPANY), ..SOMEBODY },
];

// === impl Person ===

impl Person {
    /// The person of this user name.
    pub fn named(username: &str) -> Option<&'static Self> {
        PEOPLE.iter().find(|person| person.username == username)
    }

    /// The person of this user name and password.
    pub fn who_knows(username: &str, password: &str) -> Option<&'static Self> {
        Self::named(username.trim()).filter(|person| person.password == password)
    }

    /// Given and family name, or the name of the company.
    pub fn full_name(&self) -> String {
        match (self.kind, self.company) {
            (IdentityKind::LegalPerson, Some(company)) => company.name.to_owned(),
            _ => format!("{} {}", self.given_name, self.family_name),
        }
    }

    /// The same, with the company that they act for.
    pub fn description(&self) -> String {
        match (self.kind, self.company) {
            (IdentityKind::LegalProfessional, Some(company)) => format!("{} ({})", self.full_name(), company.name),
            _ => self.full_name(),
        }
    }

    /// A SPID attribute of this person, by its SPID name; what a person does not have is `None`.
    pub fn attribute(&self, name: &str) -> Option<Value> {
        let text = |text: String| Some(Value { text, kind: "xs:string" });
        let date = |text: &str| Some(Value { text: text.to_owned(), kind: "xs:date" });
        let of_company = |what: fn(Company) -> String| text(what(self.company?));
        match name {
            "companyName" => return of_company(|company| company.name.to_owned()),
            "registeredOffice" => return of_company(|company| company.office.to_owned()),
            "companyFiscalNumber" => return of_company(|company| company.number.to_owned()),
            "ivaCode" => return of_company(|company| format!("VATIT-{}", company.number)),
            "name" | "familyName" | "placeOfBirth" | "countyOfBirth" | "dateOfBirth" | "gender"
                if self.kind == IdentityKind::LegalPerson =>
            {
                return None;
            }
            _ => {}
        }
        match name {
            "spidCode" => {
                text(self.european.map_or_else(|| format!("VRCO{:0>10}", self.username.to_uppercase()), str::to_owned))
            }
            "name" => text(self.given_name.to_owned()),
            "familyName" => text(self.family_name.to_owned()),
            "placeOfBirth" => text(self.born_in.to_owned()),
            "countyOfBirth" => text(self.county.to_owned()),
            "dateOfBirth" => date(self.born_on),
            "gender" => text(self.gender.to_owned()),
            "fiscalNumber" => text(format!("TINIT-{}", self.fiscal_number?)),
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
    use varco_core::company_number::is_company_number;
    use varco_core::fiscal_number::FiscalNumber;

    use super::*;

    #[test]
    fn every_fiscal_number_is_well_formed() {
        for person in &PEOPLE {
            let well_formed = person.fiscal_number.is_none_or(|number| FiscalNumber::parse(number).is_ok());
            assert!(well_formed, "{}", person.username);
            assert!(person.company.is_none_or(|company| is_company_number(company.number)), "{}", person.username);
        }
    }

    #[test]
    fn there_is_somebody_for_each_level() {
        for level in Level::ALL {
            assert!(PEOPLE[..4].iter().any(|person| person.level == level && !person.suspended), "{level}");
        }
    }
}
