import Glibc

/// Whether this is a build of a ring of tests, which a sanitizer makes some ten times slower: what is tried by the hundred
/// is tried there by the dozen, since a sanitizer looks at each line as well the first time as the last.
public let isSanitized = getenv("TSUNAGI_RING") != nil
