//! Assertions that providers encrypt for the gateway.

use anyhow::Result;
use varco_tests::harness::{Gateway, GatewayBuilder};
use varco_tests::identity_provider::Variation;

use crate::asked;
use crate::refused_answers::verdict;

fn that_asks_for_encryption() -> GatewayBuilder {
    Gateway::test()
        .with_fake_spid()
        .with_service("anagrafe")
        .with_setting("VARCO_METHODS__SPID__ENCRYPTED_ASSERTIONS", "true")
}

#[tokio::test]
async fn a_provider_may_encrypt_what_it_says_and_need_not() -> Result<()> {
    let gateway = that_asks_for_encryption().start().await?;
    for variation in [Variation::Encrypted, Variation::Good] {
        let mut dario = gateway.citizen("dario")?;
        let request = asked(&mut dario, &gateway, "/").await?;
        let response = gateway.spid()?.respond(&request, dario.person(), &variation)?;
        let page = dario.bring_back(&response, &request.relay_state).await?;
        assert_eq!(page.element("who").as_deref(), Some("Dario Collaudo"), "{variation:?} {page:?}");
    }
    assert!(!gateway.log().contains("Collaudo"));
    Ok(())
}

#[tokio::test]
async fn what_is_encrypted_is_held_to_the_same_rules() -> Result<()> {
    let gateway = that_asks_for_encryption().start().await?;
    let mut dario = gateway.citizen("dario")?;
    let variation = Variation::EncryptedUnsigned;
    let request = asked(&mut dario, &gateway, "/").await?;
    let response = gateway.spid()?.respond(&request, dario.person(), &variation)?;
    let page = dario.bring_back(&response, &request.relay_state).await?;
    assert_eq!((page.status.as_u16(), page.code().as_deref()), (403, Some(verdict(&variation).1)));
    assert_eq!(gateway.service("anagrafe")?.requests(), 0);
    Ok(())
}
