//! `varco check`: what is configured, in numbers; whatever is wrong was said before.

use varco_settings::Settings;

/// Sums up a configuration that was read without complaint.
pub(super) fn run(settings: &Settings) -> anyhow::Result<()> {
    let catalogue = settings.catalogue()?;
    let line = format!(
        "The configuration holds together.\n  access host  {}\n  bodies       {}\n  services     {}\n",
        catalogue.access(),
        catalogue.bodies().count(),
        catalogue.services().count(),
    );
    super::print(line.as_bytes())
}
