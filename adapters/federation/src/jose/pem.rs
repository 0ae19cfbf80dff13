//! Private keys in PEM, without copies of them that nobody wipes. (RFC 7468, section 10.)

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::signing::KeyFault;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";
/// How long a line is, in characters.
const LINE: usize = 64;

/// The content of the one key that stands in a text. Around it may stand what it is.
pub(super) fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, KeyFault> {
    let (before, rest) = text.split_once(BEGIN).ok_or(KeyFault::Pem)?;
    let (inside, after) = rest.split_once(END).ok_or(KeyFault::Pem)?;
    if [before, after].iter().any(|around| around.contains("-----BEGIN")) {
        return Err(KeyFault::Pem);
    }
    let mut letters = Zeroizing::new(Vec::with_capacity(inside.len()));
    letters.extend(inside.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let room = BASE64.decode_len(letters.len()).map_err(|_| KeyFault::Pem)?;
    let mut content = Zeroizing::new(vec![0; room]);
    let length = BASE64.decode_mut(&letters, &mut content).map_err(|_| KeyFault::Pem)?;
    content.truncate(length);
    Ok(content)
}

/// A key in PEM.
pub(super) fn encode(content: &[u8]) -> Zeroizing<String> {
    let letters = Zeroizing::new(BASE64.encode(content));
    let lines = letters.len().div_ceil(LINE);
    let mut text = Zeroizing::new(String::with_capacity(BEGIN.len() + END.len() + letters.len() + lines + 2));
    text.push_str(BEGIN);
    text.push('\n');
    for (at, letter) in letters.chars().enumerate() {
        if at > 0 && at % LINE == 0 {
            text.push('\n');
        }
        text.push(letter);
    }
    text.push('\n');
    text.push_str(END);
    text.push('\n');
    text
}
