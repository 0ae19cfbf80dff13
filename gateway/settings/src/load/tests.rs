//! Whole files in, settings or messages out.

use std::fs;
use std::num::{NonZeroU8, NonZeroU32};
use std::path::PathBuf;

use insta::assert_snapshot;
use proptest::prelude::*;
use tempfile::TempDir;
use varco_core::age::Ages;
use varco_core::name::ServiceId;
use varco_core::purpose::Purpose;
use varco_core::request_path::RequestPath;
use varco_core::service::Access;

use super::*;
use crate::sections::{Binding, Durable, MetadataLocation, MetadataSource, Revocation};

/// The least that a gateway needs, with a service.
const LEAST: &str = r#"[gateway]
access_url = "https://accesso.example"
tls = { listen = "127.0.0.1:8443", certificate_file = "tls.pem", key_file = "tls.key" }
[bodies.c_e715]
name = "Comune"
url = "https://www.comune.example"
fiscal_code = "12345678903"
email = "spid@comune.example"
[services.anagrafe]
body = "c_e715"
hosts = ["anagrafe.example"]
upstream = "http://127.0.0.1:8081"
level = 2
"#;

const AGGREGATOR: &str = r#"[aggregator]
name = "Regione"
ipa = "r_demo"
fiscal_code = "01234567897"
email = "spid@regione.example"
phone = "+39055000000"
locality = "Firenze"
"#;

/// A folder with settings in it.
struct Folder(TempDir);

impl Folder {
    fn with(text: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("varco.toml", text)
    }

    fn write(self, name: &str, text: &str) -> Self {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn load(&self, environment: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        load(Path::new("varco.toml"), environment.iter().copied(), self.0.path())
    }

    fn complaint(&self, environment: &[(&str, &str)]) -> String {
        self.load(environment).unwrap_err().to_string()
    }
}

/// What is said of a file.
fn complaint(text: &str) -> String {
    Folder::with(text).complaint(&[])
}

/// What is said of the least settings after a change.
fn complaint_after(from: &str, to: &str) -> String {
    assert!(LEAST.contains(from), "{from}");
    complaint(&LEAST.replace(from, to))
}

fn echo(settings: &Settings) -> &crate::sections::Service {
    &settings.services[&ServiceId::parse("echo").unwrap()]
}

// === what is accepted ===

#[test]
fn every_file_that_is_shipped_is_accepted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let files = fs::read_dir(root.join("config")).unwrap().map(|entry| entry.unwrap().path());
    let configurations: Vec<_> = files.filter(|path| path.extension().is_some_and(|ext| ext == "toml")).collect();
    assert!(configurations.len() >= 3);
    for path in configurations {
        let settings = load(&path, NOTHING, &root).unwrap_or_else(|error| panic!("{error}"));
        assert!(settings.catalogue().unwrap().services().next().is_some(), "{}", path.display());
    }
}

const NOTHING: [(&str, &str); 0] = [];

#[test]
fn the_conformance_configuration_is_the_one_that_is_promised() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let settings = load(Path::new("config/conformance.toml"), NOTHING, &root).unwrap();
    assert_eq!(settings.gateway.access_url.to_string(), "http://127.0.0.1:18080");
    assert_eq!(settings.gateway.listen, Some("127.0.0.1:18080".parse().unwrap()));
    assert_eq!(settings.management.listen, "127.0.0.1:18082".parse().unwrap());
    assert!(settings.gateway.insecure_http && !settings.limits.enabled);
    let catalogue = settings.catalogue().unwrap();
    let service = catalogue.route("127.0.0.1", "/echo/x").unwrap();
    assert_eq!((service.body.as_str(), service.level.number()), ("c_e715", 2));
    assert_eq!(echo(&settings).upstream[0].origin().to_string(), "http://127.0.0.1:18081");
}

#[test]
fn bodies_and_their_services_may_stand_in_files_of_their_own() {
    let folder = Folder::with(&format!("bodies_folder = 'b'\n{LEAST}")).write(
        "b/ausl.toml",
        r#"
        [body]
        name = "Azienda USL"
        url = "https://www.ausl.example"
        fiscal_code = "98765432106"
        email = "spid@ausl.example"
        [services.echo]
        hosts = ["Fascicolo.Example"]
        upstream = ["http://127.0.0.1:1", "https://[::1]:2"]
        level = 2
        upstream_authorities_file = "ca.pem"
        rules = [{ path = "/aiuto", access = "public" }, { path = "/referti", methods = ["GET"], level = 3 }]
        "#,
    );
    let settings = folder.load(&[]).unwrap();
    assert_eq!(echo(&settings).upstream.len(), 2);
    assert_eq!(echo(&settings).upstream_authorities_file, Some(folder.path("b/ca.pem")));
    let catalogue = settings.catalogue().unwrap();
    let service = catalogue.route("fascicolo.example", "/").unwrap();
    assert_eq!(service.body.as_str(), "ausl");
    let access = |path, method| service.access(&RequestPath::parse(path).unwrap(), method);
    assert_eq!(access("/aiuto/1", "GET"), Access::Public);
    assert_eq!(access("/referti", "GET"), Access::Level(varco_core::level::Level::Three));
    assert_eq!(access("/referti", "POST"), Access::Level(varco_core::level::Level::Two));
}

#[test]
fn the_environment_stands_above_the_files() {
    let folder = Folder::with(&format!("{LEAST}{AGGREGATOR}"));
    let settings = folder
        .load(&[
            ("PATH", "/bin"),
            ("VARCO_GATEWAY__NAME", "1984"),
            ("VARCO_GATEWAY__TRUSTED_PROXIES", r#"["10.0.0.7", "10.1.0.0/16"]"#),
            ("VARCO_GATEWAY__TLS__LISTEN", "[::1]:443"),
            ("VARCO_LIMITS__ENABLED", "false"),
            ("VARCO_SESSIONS__IDLE_MINUTES", "5"),
            ("VARCO_METHODS__SPID__IDP_METADATA", r#"["idp.xml", {"location": "https://idp.example/metadata"}]"#),
            ("VARCO_METHODS__SPID__BINDING", "post"),
            ("VARCO_SERVICES__ANAGRAFE__LEVEL", "3"),
            (
                "VARCO_SERVICES__ECHO",
                r#"{"body": "c_e715", "path": "/echo", "upstream": "http://h:1", "level": 2, "attribute_set": 1}"#,
            ),
            ("VARCO_SERVICES__ANAGRAFE__ATTRIBUTE_SET", "0"),
        ])
        .unwrap();
    assert_eq!(settings.gateway.name, "1984");
    assert_eq!(settings.gateway.trusted_proxies.len(), 2);
    assert_eq!(settings.gateway.tls.as_ref().unwrap().listen, "[::1]:443".parse().unwrap());
    assert_eq!((settings.limits.enabled, settings.sessions.idle_minutes.get()), (false, 5));
    let spid = settings.methods.spid.as_ref().unwrap();
    let address = MetadataLocation::Address("https://idp.example/metadata".parse().unwrap());
    let locations: Vec<_> = spid.idp_metadata.iter().map(|source| source.location.clone()).collect();
    assert_eq!(locations, [MetadataLocation::File(folder.path("idp.xml")), address]);
    assert_eq!(spid.binding, Binding::Post);
    assert_eq!(echo(&settings).attribute_set, Some(1));
    let anagrafe = &settings.services[&ServiceId::parse("anagrafe").unwrap()];
    assert_eq!((anagrafe.level.number(), anagrafe.attribute_set), (3, Some(0)));
}

#[test]
fn a_source_of_metadata_is_a_text_or_a_table() {
    let folder = Folder::with(&format!("{LEAST}{AGGREGATOR}[methods.spid]\nidp_metadata = \"idp.xml\"\n"));
    let sources = |value: Option<&str>| {
        let environment = value.map(|value| ("VARCO_METHODS__SPID__IDP_METADATA", value));
        folder.load(environment.as_slice()).unwrap().methods.spid.unwrap().idp_metadata
    };
    let plain = MetadataSource::from(MetadataLocation::File(folder.path("idp.xml")));
    for value in [None, Some("idp.xml"), Some(r#"["idp.xml"]"#), Some(r#"{"location": "idp.xml"}"#)] {
        assert_eq!(sources(value), std::slice::from_ref(&plain), "{value:?}");
    }
    let table = r#"["idp.xml", {"location": "idp.xml", "signer_file": "agid.pem", "refresh_seconds": 5}]"#;
    let whole = MetadataSource {
        signer_file: Some(folder.path("agid.pem")),
        refresh_seconds: NonZeroU32::new(5),
        ..plain.clone()
    };
    assert_eq!(sources(Some(table)), [plain, whole]);
    assert_eq!(sources(Some("[]")), []);
}

#[test]
fn a_wrong_source_of_metadata_is_named() {
    let wrong = [
        "7",
        "[true]",
        "{}",
        "{ location = \"ftp://x\" }",
        "[{ location = \"x.xml\", signer = \"a.pem\" }]",
        "[{ location = \"x.xml\", refresh_seconds = 0 }]",
    ];
    let complaints = wrong.map(|value| {
        complaint_after("[bodies.c_e715]", &format!("[methods.spid]\nidp_metadata = {value}\n[bodies.c_e715]"))
    });
    assert_snapshot!(complaints.join("\n"), @r#"
    varco.toml:5: methods.spid.idp_metadata: found 7, expected a file or an address that begins with https:// or http://, or a table with its location
    varco.toml:5: methods.spid.idp_metadata[0]: found true, expected a file or an address that begins with https:// or http://, or a table with its location
    varco.toml:5: methods.spid.idp_metadata.location: missing, and there is no default
    varco.toml:5: methods.spid.idp_metadata.location: found "ftp://x", expected a file or an address that begins with https:// or http://
    varco.toml:5: methods.spid.idp_metadata[0].signer: there is no such setting; known here: location, signer_file, refresh_seconds
    varco.toml:5: methods.spid.idp_metadata[0].refresh_seconds: found 0, expected a whole number above zero
    "#);
}

#[test]
fn paths_start_from_the_file_or_for_a_variable_from_the_working_directory() {
    let folder = Folder::with("").write("etc/varco.toml", LEAST);
    let load = |environment: &[(&str, &str)]| {
        load(Path::new("etc/varco.toml"), environment.iter().copied(), folder.0.path()).unwrap()
    };
    let settings = load(&[]);
    assert_eq!(settings.gateway.tls.as_ref().unwrap().key_file, folder.path("etc/tls.key"));
    assert_eq!(settings.store.durable, Durable::Sqlite(folder.path("etc/data/varco.sqlite")));
    assert_eq!(settings.keys_folder(), folder.path("etc/data/keys"));
    let settings = load(&[("VARCO_STORE__DURABLE", "sqlite:other/v.db"), ("VARCO_GATEWAY__TLS__KEY_FILE", "/k.pem")]);
    assert_eq!(settings.gateway.tls.as_ref().unwrap().key_file, Path::new("/k.pem"));
    assert_eq!(settings.keys_folder(), folder.path("other/keys"));
    let settings = load(&[("VARCO_KEYS__FOLDER", "keys")]);
    assert_eq!(settings.keys_folder(), folder.path("keys"));
}

// === what is refused: single settings ===

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = Folder::with(LEAST);
    let error = load(Path::new("other.toml"), NOTHING, folder.0.path()).unwrap_err();
    assert_snapshot!(error, @"other.toml: cannot be read: No such file or directory (os error 2)");
}

#[test]
fn what_is_not_toml_is_shown_line_by_line() {
    assert_snapshot!(complaint("[gateway\naccess_url = x\n[gateway]\n"), @r#"
    varco.toml:1: not TOML: unclosed table, expected `]`
    "#);
    assert_snapshot!(complaint_after("name = \"Comune\"", "name = \"Comune\"\nname = \"Comune\""), @r#"
    varco.toml:6: not TOML: found "name": duplicate key
    "#);
}

#[test]
fn unknown_settings_come_with_a_suggestion() {
    assert_snapshot!(complaint_after("access_url", "acces_url"), @r#"
    varco.toml:1: gateway.access_url: missing, and there is no default
    varco.toml:2: gateway.acces_url: there is no such setting; did you mean "access_url"?
    "#);
    assert_snapshot!(complaint_after("level = 2", "level = 2\nxyz = 1"), @r#"
    varco.toml:14: services.anagrafe.xyz: there is no such setting; known here: body, name, hosts, path, upstream, level, attributes, purpose, minimum_age, maximum_age, attribute_set, rules, pass_authorization, connect_timeout_seconds, response_timeout_seconds, upstream_authorities_file
    "#);
    assert_snapshot!(complaint(&format!("{LEAST}[metods.spid]\n")), @r#"
    varco.toml:14: metods: there is no such setting; did you mean "methods"?
    "#);
    let folder = Folder::with(LEAST);
    assert_snapshot!(folder.complaint(&[("VARCO_GATEWAY__LISTN", "127.0.0.1:80"), ("VARCO_HOME", "/x"), ("VARCO_", "")]), @r#"
    VARCO_: there is no such setting; known here: gateway, management, store, keys, sessions, log, limits, aggregator, methods, federation, bodies_folder, bodies, services
    VARCO_GATEWAY__LISTN: gateway.listn: there is no such setting; did you mean "listen"?
    VARCO_HOME: home: there is no such setting; known here: gateway, management, store, keys, sessions, log, limits, aggregator, methods, federation, bodies_folder, bodies, services
    "#);
}

/// What is written, and what is written in its place.
const WRONG: [(&str, &str); 33] = [
    (r#""127.0.0.1:8443""#, r#""x""#),
    (r#""https://accesso.example""#, r#""accesso.example""#),
    (r#"name = "Comune""#, r#"name = """#),
    (r#""https://www.comune.example""#, r#""mailto:x""#),
    (r#""12345678903""#, r#""123""#),
    (r#""spid@comune.example""#, r#""spid""#),
    (r#"["anagrafe.example"]"#, r#"["https://anagrafe.example/"]"#),
    (r#"["anagrafe.example"]"#, r#""anagrafe.example""#),
    (r#""http://127.0.0.1:8081""#, r#""http://127.0.0.1:8081/x""#),
    (r#""http://127.0.0.1:8081""#, "[]"),
    ("level = 2", "level = 4"),
    ("level = 2", "level = \"two\""),
    ("level = 2", "level = 2\npath = \"a\""),
    ("level = 2", "level = 2\nattributes = [\"fiscal_code\"]"),
    ("level = 2", "level = 2\nconnect_timeout_seconds = 0"),
    ("level = 2", "level = 2\nattribute_set = 70000"),
    ("level = 2", "level = 2\npurpose = \"pg\""),
    ("level = 2", "level = 2\nminimum_age = 0"),
    ("level = 2", "level = 2\nmaximum_age = 256"),
    ("level = 2", "level = 2\nrules = [{ path = \"/a\" }]"),
    ("level = 2", "level = 2\nrules = [{ path = \"/a\", level = 2, access = \"public\" }]"),
    ("level = 2", "level = 2\nrules = [{ path = \"/a\", access = \"open\" }]"),
    (
        "level = 2",
        "level = 2\nrules = [\n{ path = \"/a\", level = 2 },\n{ path = \"/a\", level = 2, methods = [\"post\"] }]",
    ),
    ("[services.anagrafe]", "[services.Anagrafe]"),
    ("[bodies.c_e715]", "[store]\nhot = \"redis://127.0.0.1\"\n[bodies.c_e715]"),
    ("[bodies.c_e715]", "[store]\ndurable = \"postgres://127.0.0.1/varco\"\n[bodies.c_e715]"),
    ("[bodies.c_e715]", "trusted_proxies = [\"10.0.0.0/33\"]\n[bodies.c_e715]"),
    ("[bodies.c_e715]", "insecure_http = 1\n[bodies.c_e715]"),
    ("[bodies.c_e715]", "[log]\nformat = \"xml\"\n[bodies.c_e715]"),
    ("[bodies.c_e715]", "[limits]\nlogins_per_minute_per_address = 1.5\n[bodies.c_e715]"),
    ("[bodies.c_e715]", "[methods.spid]\nidp_metadata = [\"ftp://x\"]\n[bodies.c_e715]"),
    ("[bodies.c_e715]", "[methods]\nspid = true\n[bodies.c_e715]"),
    ("[bodies.c_e715]", "[keys]\nfolder = \"\"\n[bodies.c_e715]"),
];

#[test]
fn a_value_of_the_wrong_form_is_shown_with_what_was_expected() {
    let complaints: Vec<_> = WRONG.into_iter().map(|(from, to)| complaint_after(from, to)).collect();
    assert_snapshot!(complaints.join("\n"), @r#"
    varco.toml:3: gateway.tls.listen: found "x", expected an address such as 127.0.0.1:8080
    varco.toml:2: gateway.access_url: found "accesso.example", expected https://HOST or https://HOST:PORT (http:// only on loopback), without a path
    varco.toml:5: bodies.c_e715.name: found "", expected a name, on one line
    varco.toml:6: bodies.c_e715.url: found "mailto:x", expected an address such as https://www.comune.example/
    varco.toml:7: bodies.c_e715.fiscal_code: found "123", expected the fiscal code of an organisation: 11 digits
    varco.toml:8: bodies.c_e715.email: found "spid", expected an e-mail address
    varco.toml:11: services.anagrafe.hosts[0]: found "https://anagrafe.example/", expected a host name such as servizi.comune.example, without scheme, port or path
    varco.toml:11: services.anagrafe.hosts: found "anagrafe.example", expected a list in brackets
    varco.toml:12: services.anagrafe.upstream: found "http://127.0.0.1:8081/x", expected http://HOST:PORT or https://HOST:PORT, without a path
    varco.toml:12: services.anagrafe.upstream: found an empty list, expected at least one
    varco.toml:13: services.anagrafe.level: found 4: an assurance level is 1, 2 or 3
    varco.toml:13: services.anagrafe.level: found "two", expected a small whole number
    varco.toml:14: services.anagrafe.path: found "a", expected a path that begins with '/', without escapes, dot segments or empty segments
    varco.toml:14: services.anagrafe.attributes[0]: found "fiscal_code", expected a word that is known; did you mean "fiscal_number"?
    varco.toml:14: services.anagrafe.connect_timeout_seconds: found 0, expected a whole number above zero
    varco.toml:14: services.anagrafe.attribute_set: found 70000, expected a whole number from 0 to 65535
    varco.toml:14: services.anagrafe.purpose: found "pg", expected a word that is known; known here: P, LP, PG, PF, PX
    varco.toml:14: services.anagrafe.minimum_age: found 0, expected a whole number from 1 to 255
    varco.toml:14: services.anagrafe.maximum_age: found 256, expected a whole number from 1 to 255
    varco.toml:14: services.anagrafe.rules[0]: a rule has either level or access = "public"
    varco.toml:14: services.anagrafe.rules[0]: a rule has either level or access = "public"
    varco.toml:14: services.anagrafe.rules[0].access: found "open", expected "public"
    varco.toml:14: services.anagrafe.rules[0]: a rule has either level or access = "public"
    varco.toml:16: services.anagrafe.rules[1].methods[0]: found "post", expected an HTTP method in upper case, such as POST
    varco.toml:9: services.Anagrafe: a service id "Anagrafe" must be 1 to 64 lower-case letters, digits, '-' or '_'
    varco.toml:5: store.hot: found "redis://127.0.0.1", expected "embedded" (Redis is not in this version)
    varco.toml:5: store.durable: found "postgres://127.0.0.1/varco", expected sqlite:PATH (PostgreSQL is not in this version)
    varco.toml:4: gateway.trusted_proxies[0]: found "10.0.0.0/33", expected an address or network such as 10.0.0.7 or 10.0.0.0/8
    varco.toml:4: gateway.insecure_http: found 1, expected true or false
    varco.toml:5: log.format: found "xml", expected "text" or "json"
    varco.toml:5: limits.logins_per_minute_per_address: found 1.5, expected a whole number above zero
    varco.toml:5: methods.spid.idp_metadata[0]: found "ftp://x", expected a file or an address that begins with https:// or http://
    varco.toml:5: methods.spid: found true, expected a table
    varco.toml:5: keys.folder: found "", expected a path
    "#);
}

#[test]
fn the_aggregator_is_held_to_what_metadata_allows() {
    let text = AGGREGATOR
        .replace("+39055000000", "055 000000")
        .replace("r_demo", "R Demo")
        .replace("[aggregator]", "[aggregator]\nvat_number = \"01234567897\"");
    assert_snapshot!(complaint(&format!("{LEAST}{text}")), @r#"
    varco.toml:15: aggregator.vat_number: found "01234567897", expected a VAT number with its country, such as IT01234567890
    varco.toml:17: aggregator.ipa: found "R Demo": an IPA code "R Demo" must be 1 to 64 lower-case letters, digits, '-' or '_'
    varco.toml:20: aggregator.phone: found "055 000000", expected a telephone number such as +39055000000, without spaces
    "#);
}

#[test]
fn a_wrong_variable_is_named() {
    let folder = Folder::with(LEAST);
    let environment = [
        ("VARCO_GATEWAY__TLS__LISTEN", "here"),
        ("VARCO_SERVICES__ANAGRAFE__LEVEL", "high"),
        ("VARCO_GATEWAY__TRUSTED_PROXIES", "10.0.0.7"),
        ("VARCO_LIMITS__ENABLED", "yes"),
        ("VARCO_BODIES", "[null]"),
        ("VARCO_SERVICES__NUOVO__UPSTREAM", r#"["http://h:1", null]"#),
    ];
    assert_snapshot!(folder.complaint(&environment), @r#"
    VARCO_BODIES: bodies: found a list, expected a table
    VARCO_GATEWAY__TLS__LISTEN: gateway.tls.listen: found "here", expected an address such as 127.0.0.1:8080
    VARCO_GATEWAY__TRUSTED_PROXIES: gateway.trusted_proxies: found "10.0.0.7", expected a list in brackets
    VARCO_LIMITS__ENABLED: limits.enabled: found "yes", expected true or false
    VARCO_SERVICES__ANAGRAFE__LEVEL: services.anagrafe.level: found "high", expected a small whole number
    VARCO_SERVICES__NUOVO__UPSTREAM: services.nuovo.upstream[1]: found "null", expected http://HOST:PORT or https://HOST:PORT, without a path
    VARCO_SERVICES__NUOVO__UPSTREAM: services.nuovo.body: missing, and there is no default
    "#);
}

#[test]
fn what_is_missing_is_named() {
    assert_snapshot!(complaint(""), @"varco.toml:1: gateway: missing, and there is no default");
    assert_snapshot!(complaint_after("level = 2\n", ""), @r#"
    varco.toml:9: services.anagrafe.level: missing, and there is no default
    "#);
}

#[test]
fn one_mistake_does_not_hide_the_others() {
    let text = LEAST
        .replace("level = 2", "levl = 2\nlevel = 9")
        .replace("12345678903", "123")
        .replace("https://accesso.example", "accesso");
    assert_snapshot!(complaint(&text), @r#"
    varco.toml:2: gateway.access_url: found "accesso", expected https://HOST or https://HOST:PORT (http:// only on loopback), without a path
    varco.toml:7: bodies.c_e715.fiscal_code: found "123", expected the fiscal code of an organisation: 11 digits
    varco.toml:13: services.anagrafe.levl: there is no such setting; did you mean "level"?
    varco.toml:14: services.anagrafe.level: found 9: an assurance level is 1, 2 or 3
    "#);
}

// === what is refused: the files of bodies ===

#[test]
fn files_of_bodies_are_held_to_their_form() {
    let text = format!("bodies_folder = \"bodies\"\n{LEAST}");
    let folder = Folder::with(&text)
        .write("bodies/notes.txt", "not a body")
        .write("bodies/broken.toml", "[body")
        .write("bodies/empty.toml", "service = 1")
        .write("bodies/c_e715.toml", "[body]\nname = \"Again\"\n[services.anagrafe]\nbody = \"other\"\n")
        .write("bodies/list.toml", "services = []\n[body]\nnam = 1\n");
    assert_snapshot!(folder.complaint(&[]), @r#"
    bodies/broken.toml:1: not TOML: unclosed table, expected `]`
    bodies/c_e715.toml:1: bodies.c_e715: it is already at varco.toml:5
    bodies/c_e715.toml:3: services.anagrafe: it is already at varco.toml:10
    bodies/c_e715.toml:4: services.anagrafe.body: found "other", expected "c_e715", as the file is called
    bodies/empty.toml:1: body: missing, and there is no default
    bodies/empty.toml:1: service: there is no such setting; did you mean "services"?
    bodies/list.toml:1: services: found an empty list, expected a table
    bodies/list.toml:2: bodies.list.name: missing, and there is no default
    bodies/list.toml:3: bodies.list.nam: there is no such setting; did you mean "name"?
    "#);
    let nowhere = folder.complaint(&[("VARCO_BODIES_FOLDER", "nowhere")]);
    assert_snapshot!(nowhere.replace(folder.0.path().to_str().unwrap(), "FOLDER"), @r#"
    VARCO_BODIES_FOLDER: bodies_folder: FOLDER/nowhere: No such file or directory (os error 2)
    "#);
}

// === what is refused: contradictions ===

#[test]
fn plain_http_stays_on_loopback_or_behind_a_proxy() {
    let tls = "tls = { listen = \"127.0.0.1:8443\", certificate_file = \"tls.pem\", key_file = \"tls.key\" }";
    let complaints = [
        complaint_after(tls, ""),
        complaint_after(tls, "listen = \"127.0.0.1:80\""),
        complaint_after("https://accesso", "http://accesso"),
        complaint_after(tls, &format!("insecure_http = true\n{tls}")),
        complaint(
            &LEAST
                .replace("https://accesso", "http://accesso")
                .replace(tls, "insecure_http = true\nlisten = \"0.0.0.0:80\"\n[management]\nlisten = \"10.0.0.1:80\""),
        ),
    ];
    assert_snapshot!(complaints.join("\n"), @r#"
    varco.toml:1: gateway: it listens nowhere: set gateway.listen or gateway.tls.listen
    varco.toml:3: gateway.listen: it speaks plain HTTP, which needs gateway.trusted_proxies in front of it (or, on loopback only, gateway.insecure_http = true)
    varco.toml:2: gateway.access_url: http:// is allowed only with gateway.insecure_http = true, on loopback
    varco.toml:3: gateway.insecure_http: gateway.access_url is https://, whose cookies must be secure
    varco.toml:4: gateway.listen: 0.0.0.0:80 is not on loopback, where gateway.insecure_http has to stay
    varco.toml:6: management.listen: 10.0.0.1:80 is not on loopback, where gateway.insecure_http has to stay
    "#);
}

#[test]
fn a_proxy_that_is_trusted_may_stand_in_front() {
    let tls = "tls = { listen = \"127.0.0.1:8443\", certificate_file = \"tls.pem\", key_file = \"tls.key\" }";
    let proxied = LEAST.replace(tls, "listen = \"0.0.0.0:80\"\ntrusted_proxies = [\"10.0.0.7\"]");
    assert!(Folder::with(&proxied).load(&[]).is_ok());
}

#[test]
fn spid_needs_an_aggregator_and_a_whole_key() {
    assert_snapshot!(complaint(&format!("{LEAST}[methods.spid]\nkey_file = \"k\"")), @r#"
    varco.toml:14: methods.spid: its metadata needs the section [aggregator]
    varco.toml:15: methods.spid.key_file: it needs methods.spid.certificate_file
    "#);
    assert_snapshot!(complaint(&format!("{LEAST}{AGGREGATOR}[methods.spid]\ncertificate_file = \"c\"")), @r#"
    varco.toml:22: methods.spid.certificate_file: it needs methods.spid.key_file
    "#);
}

#[test]
fn cie_asks_everybody_where_they_have_their_seat() {
    assert_snapshot!(complaint(&format!("{LEAST}{AGGREGATOR}[methods.cie]")), @r#"
    varco.toml:4: bodies.c_e715.municipality: missing: its metadata needs it
    varco.toml:14: aggregator.municipality: missing: its metadata needs it
    "#);
}

#[test]
fn cie_asks_a_private_organisation_and_its_partner_for_more() {
    let private = LEAST.replace("[services.anagrafe]", "activity = \"pri-ag-full\"\n[services.anagrafe]");
    assert_snapshot!(complaint(&format!("{private}{AGGREGATOR}[methods.cie]")), @r#"
    varco.toml:4: bodies.c_e715.vat_number: missing: its metadata needs it
    varco.toml:4: bodies.c_e715.billing: missing: its metadata needs it
    varco.toml:4: bodies.c_e715.municipality: missing: its metadata needs it
    varco.toml:4: bodies.c_e715.nace2: missing: its metadata needs it
    varco.toml:15: aggregator.municipality: missing: its metadata needs it
    varco.toml:15: aggregator.vat_number: missing: its metadata needs it
    varco.toml:15: aggregator.nace2: missing: its metadata needs it
    "#);
}

#[test]
fn sessions_do_not_idle_longer_than_they_live() {
    assert_snapshot!(complaint(&format!("{LEAST}[sessions]\nidle_minutes = 481")), @r#"
    varco.toml:15: sessions.idle_minutes: it is longer than sessions.lifetime_minutes, which is 480
    "#);
}

#[test]
fn services_do_not_contradict_each_other() {
    let another = |id: &str, more: &str| {
        format!("[services.{id}]\nbody = \"c_e715\"\nupstream = \"http://h:1\"\nlevel = 2\n{more}\n")
    };
    let text = LEAST.replace("level = 2", "level = 2\nattribute_set = 0")
        + &another("same", "hosts = [\"anagrafe.example\"]\nattribute_set = 0")
        + &another("reserved", "path = \"/login\"\nattribute_set = 1")
        + &another(
            "outside",
            "path = \"/a\"\nattributes = [\"email\", \"email\"]\nrules = [{ path = \"/b\", access = \"public\" }]",
        )
        + &another("orphan", "path = \"/o\"").replace("c_e715", "nobody");
    assert_snapshot!(complaint(&text), @r#"
    varco.toml:15: services.same.path: services anagrafe and same both answer at anagrafe.example/
    varco.toml:20: services.same.attribute_set: another service of the body c_e715 has set 0
    varco.toml:25: services.reserved.path: service reserved: path "/login" on the access host belongs to the gateway
    varco.toml:27: services.outside.attribute_set: missing: the body c_e715 has several services
    varco.toml:32: services.outside.attributes: Email is there twice
    varco.toml:33: services.outside.rules: "/b" is not below the path of the service, "/a"
    varco.toml:35: services.orphan.body: service orphan belongs to body nobody, which is not configured
    "#);
}

#[test]
fn whom_a_service_is_for_reaches_the_rules() {
    let text = LEAST.replace("level = 2", "level = 2\npurpose = \"PG\"\nminimum_age = 18");
    let settings = Folder::with(&text).load(&[]).unwrap();
    let (id, service) = settings.services.iter().next().unwrap();
    let service = service.to_core(id);
    assert_eq!(service.purpose, Some(Purpose::PG));
    assert_eq!(service.ages, Ages::between(NonZeroU8::new(18), None));
    let all: Settings = Folder::with(LEAST).load(&[]).unwrap();
    let (id, service) = all.services.iter().next().unwrap();
    assert_eq!((service.to_core(id).purpose, service.to_core(id).ages), (None, None));
}

#[test]
fn a_service_is_for_somebody() {
    let with = |more: &str| complaint(&LEAST.replace("level = 2", &format!("level = 2\n{more}")));
    assert_snapshot!(with("minimum_age = 18\nmaximum_age = 17"), @"varco.toml:15: services.anagrafe.maximum_age: nobody is at least 18 and at most 17 years old");
    assert_snapshot!(with("minimum_age = 18\nmaximum_age = 70\npurpose = \"LP\""), @r#"
    varco.toml:14: services.anagrafe.minimum_age: the purpose LP also admits legal persons, who have no age
    varco.toml:15: services.anagrafe.maximum_age: the purpose LP also admits legal persons, who have no age
    "#);
}

// === whatever is written ===

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in r#"(\[?\[?(gateway|services\.x|bodies\.y|methods\.spid|rules)?\]?\]?|[a-z_."=\[\]{}0-9 -]{0,12}|=|"|'|\n){0,24}"#) {
        let _ = Folder::with(&text).load(&[]);
    }

    #[test]
    fn no_value_makes_it_panic(
        setting in prop::sample::select(vec![
            "GATEWAY", "GATEWAY__LISTEN", "SERVICES", "SERVICES__ANAGRAFE__RULES", "SERVICES__ANAGRAFE__UPSTREAM",
            "STORE__DURABLE", "METHODS__SPID__IDP_METADATA", "BODIES_FOLDER", "BODIES", "LOG__LEVEL", "__", "X__",
        ]),
        value in r#"([\[\]{}",:0-9a-z/.]|null|true|"path":"/a"){0,16}"#,
    ) {
        let _ = Folder::with(LEAST).load(&[(&format!("VARCO_{setting}"), &value)]);
    }

    #[test]
    fn every_setting_that_does_not_exist_is_refused(key in "[a-z_]{1,12}x9") {
        let complaint = complaint_after("[bodies.c_e715]", &format!("{key} = 1\n[bodies.c_e715]"));
        let expected = format!("varco.toml:4: gateway.{key}: there is no such setting; ");
        prop_assert!(complaint.starts_with(&expected), "{}", complaint);
    }
}

// === OpenID federations ===

#[test]
fn cards_are_read_on_a_host_of_their_own_with_lists_that_are_signed() {
    let section = |lines: &str| {
        let folder = Folder::with(&format!(
            "{LEAST}\n[methods.health_card]\ntls_certificate = \"c.pem\"\ntls_key = \"c.key\"\n{lines}\n"
        ));
        folder.load(&[]).map(|settings| settings.methods.health_card.unwrap()).map_err(|error| error.to_string())
    };
    let own = "listen = \"0.0.0.0:9443\"\nurl = \"https://*.carta.regione.example:9443\"\n";
    let card = section(&format!("{own}trust_lists = \"authorities.pem\"")).unwrap();
    assert_eq!((card.trust_lists.len(), card.crl_grace_seconds, card.revocation), (1, 0, Revocation::Hard));
    for (lines, why) in [
        (format!("{own}trust_lists = []"), "without a trust list no card counts"),
        (format!("{own}trust_lists = [\"https://tl.example/it.xml\"]"), "only with a signature"),
        (format!("{own}trust_lists = \"a.pem\"\ntls_versions = []"), "at least one version"),
        (own.replace("https://*.", "http://") + "trust_lists = \"a.pem\"", "expected https://HOST"),
    ] {
        let error = section(&lines).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn trust_anchors_are_addresses_or_tables_kept_as_they_are_written() {
    let section = "[methods.cie]\ntrust_anchors = [\"https://a.example/\", { id = \"https://b.example\", keys_file = \"b.json\" }]\n\
                   openid_providers = \"https://op.example\"\nlenient_userinfo = true\n";
    let aggregator = format!("{AGGREGATOR}municipality = \"D612\"\n");
    let body = LEAST.replace("fiscal_code", "municipality = \"E715\"\nfiscal_code");
    let folder = Folder::with(&format!("{aggregator}{section}{body}"));
    let settings = folder.load(&[]).unwrap_or_else(|error| panic!("{error}"));
    let cie = settings.methods.cie.unwrap();
    let anchors: Vec<_> = cie.trust_anchors.iter().map(|one| (one.id.as_str(), one.keys_file.clone())).collect();
    assert_eq!(anchors, [("https://a.example/", None), ("https://b.example", Some(folder.path("b.json")))]);
    assert_eq!(cie.openid_providers[0].as_str(), "https://op.example");
    assert!(cie.lenient_userinfo);
}

#[test]
fn a_trust_anchor_is_an_address_that_nobody_answers_for() {
    let with = |anchors: &str| complaint(&format!("{AGGREGATOR}[methods.spid]\ntrust_anchors = {anchors}\n{LEAST}"));
    assert_snapshot!(
        [
            with("\"http://127.0.0.1:8000\""),
            with("\"https://a.example?x\""),
            with("[{ keys_file = \"b.json\" }]"),
            with("[{ id = \"registry.example\" }]"),
        ]
        .join("\n"),
        @r#"
    varco.toml:9: methods.spid.trust_anchors: http:// is allowed only with gateway.insecure_http = true, on loopback
    varco.toml:9: methods.spid.trust_anchors: found "https://a.example?x", expected the address of an entity, such as https://registry.example, without query
    varco.toml:9: methods.spid.trust_anchors[0].id: missing, and there is no default
    varco.toml:9: methods.spid.trust_anchors[0].id: found "registry.example", expected the address of an entity, such as https://registry.example, without query
    "#
    );
}

#[test]
fn an_entity_in_the_clear_is_on_this_machine() {
    let tls = "tls = { listen = \"127.0.0.1:8443\", certificate_file = \"tls.pem\", key_file = \"tls.key\" }";
    let in_the_clear = LEAST
        .replace("https://accesso", "http://accesso")
        .replace(tls, "insecure_http = true\nlisten = \"127.0.0.1:8080\"");
    let is_taken = |setting: &str, rest: &str| {
        Folder::with(&format!("{AGGREGATOR}[methods.spid]\n{setting}\n{rest}")).load(&[]).is_ok()
    };
    for (setting, secure, insecure) in [
        ("trust_anchors = \"https://a.example\"", true, true),
        ("trust_anchors = \"http://127.0.0.1:8000\"", false, true),
        ("trust_anchors = \"http://localhost:8000/x\"", false, true),
        ("trust_anchors = \"http://10.0.0.1\"", false, false),
        ("trust_anchors = \"http://localhost.example\"", false, false),
        ("openid_providers = [\"http://10.0.0.1\"]", false, false),
    ] {
        assert_eq!((is_taken(setting, LEAST), is_taken(setting, &in_the_clear)), (secure, insecure), "{setting}");
    }
}

#[test]
fn what_an_aggregator_lays_down_is_written_as_it_is() {
    let text = format!(
        "{LEAST}[federation]\ncontacts = [\"pec@regione.example\"]\nalgorithm = \"ES256\"\n\
         [federation.metadata_policy.openid_relying_party]\ngrant_types = {{ subset_of = [\"authorization_code\"] }}\n"
    );
    let federation = Folder::with(&text).load(&[]).unwrap_or_else(|error| panic!("{error}")).federation;
    let policy =
        serde_json::json!({ "openid_relying_party": { "grant_types": { "subset_of": ["authorization_code"] } } });
    assert_eq!(serde_json::Value::Object(federation.metadata_policy), policy);
    assert_eq!((federation.contacts, federation.statement_hours.get()), (vec!["pec@regione.example".to_owned()], 24));
}
