//! Extensions of certificates that are written here: policies, and who answers about them. (RFC 5280, section 4.2.)

use anyhow::Result;
use rcgen::CustomExtension;
use x509_cert::der::Encode as _;
use x509_cert::der::asn1::{Any, Ia5String, Null, ObjectIdentifier};
use x509_cert::ext::pkix::certpolicy::{PolicyInformation, PolicyQualifierInfo};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AccessDescription, AuthorityInfoAccessSyntax, CertificatePolicies};

const STATEMENT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.1");
const ANSWERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");

/// One policy, with the address of its statement.
pub(super) fn policy(policy: &str, statement: &str, critical: bool) -> Result<CustomExtension> {
    let statement = PolicyQualifierInfo {
        policy_qualifier_id: STATEMENT,
        qualifier: Some(Any::encode_from(&Ia5String::new(statement)?)?),
    };
    let policy = PolicyInformation {
        policy_identifier: ObjectIdentifier::new(policy)?,
        policy_qualifiers: Some(vec![statement]),
    };
    let content = CertificatePolicies(vec![policy]).to_der()?;
    let mut extension = CustomExtension::from_oid_content(&[2, 5, 29, 32], content);
    extension.set_criticality(critical);
    Ok(extension)
}

/// Where somebody answers whether it is good.
pub(super) fn responder(address: &str) -> Result<CustomExtension> {
    let access_location = GeneralName::UniformResourceIdentifier(Ia5String::new(address)?);
    let access = AccessDescription { access_method: ANSWERS, access_location };
    let content = AuthorityInfoAccessSyntax(vec![access]).to_der()?;
    Ok(CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], content))
}

/// Nobody need ask whether it was revoked. (RFC 6960, section 4.2.2.2.1.)
pub(super) fn never_revoked() -> Result<CustomExtension> {
    Ok(CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 48, 1, 5], Null.to_der()?))
}
