//! Fields that a request may say in its head only: a service that merges trailers into the head would
//! read what nobody has judged (RFC 9110 section 6.5.1).

use http::header::{
    ACCEPT, ACCEPT_CHARSET, ACCEPT_ENCODING, ACCEPT_LANGUAGE, AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING,
    CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, COOKIE, EXPECT, HOST, IF_MATCH, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, MAX_FORWARDS, ORIGIN, PRAGMA, RANGE, REFERER, SET_COOKIE, TRAILER,
    USER_AGENT,
};
use http::{HeaderMap, HeaderName};

use crate::phases::hop_by_hop;

const HEAD_ONLY: [HeaderName; 27] = [
    // Who calls.
    AUTHORIZATION,
    COOKIE,
    SET_COOKIE,
    // Where the request goes, and where it ends.
    HOST,
    CONTENT_LENGTH,
    TRAILER,
    MAX_FORWARDS,
    // What it asks for.
    ACCEPT,
    ACCEPT_CHARSET,
    ACCEPT_ENCODING,
    ACCEPT_LANGUAGE,
    CACHE_CONTROL,
    EXPECT,
    IF_MATCH,
    IF_MODIFIED_SINCE,
    IF_NONE_MATCH,
    IF_RANGE,
    IF_UNMODIFIED_SINCE,
    ORIGIN,
    PRAGMA,
    RANGE,
    REFERER,
    USER_AGENT,
    // How its body is read.
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_RANGE,
    CONTENT_TYPE,
];

/// Removes them, and what is for one connection only.
pub(super) fn remove_head_only(trailers: &mut HeaderMap) {
    hop_by_hop::remove(trailers);
    for name in &HEAD_ONLY {
        trailers.remove(name);
    }
}
