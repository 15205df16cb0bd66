import FoundationEssentials

/// The files of this very checkout.
enum SourceTree {
  /// Where `Package.swift` lies.
  static let root: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  /// Names in a folder, sorted.
  static func entries(of folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root + "/" + folder).sorted()
  }

  /// Paths below a folder, from the root, of files whose name ends in one of `endings`.
  static func files(in folder: String, ending endings: String...) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: root + "/" + folder)
      .filter { path in endings.contains { path.hasSuffix($0) } }
      .map { folder + "/" + $0 }.sorted()
  }

  static func text(of path: String) throws -> String {
    try String(contentsOfFile: root + "/" + path, encoding: .utf8)
  }
}

/// Modules that a Swift source imports, whatever access or attribute stands before the word.
func imports(in source: String) -> [String] {
  let declaration =
    #/^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|typealias|func|var|let)\s+)?(\w+)/#
  return source.split(separator: "\n").compactMap { line in
    line.prefixMatch(of: declaration).map { String($0.1) }
  }
}

/// Headers that a C source includes.
func includes(in source: String) -> [String] {
  source.split(separator: "\n").compactMap { line in
    line.prefixMatch(of: #/\s*#\s*include\s*[<"]([^>"]+)[>"]/#).map { String($0.1) }
  }
}

/// A header of PJSIP's, by its name.
func isOfPJSIP(_ header: String) -> Bool {
  header.prefixMatch(of: #/pj(?:lib|lib-util|nath|media|media-codec|sip|sip_\w+|sip-\w+|sua|sua-lib|)(?:\.h$|\/)/#)
    != nil
}

/// Hosts that a text names: whatever stands behind `://`, and every dotted name that ends as names of public hosts do.
func hosts(in text: String) -> [String] {
  text.matches(of: #/:\/\/([A-Za-z0-9.-]+)|\b((?:[A-Za-z0-9-]+\.)+(?:org|com|net|io|dev|jp))\b(?![(])/#)
    .map { String($0.1 ?? $0.2 ?? "") }
}

/// Kept for examples and for this machine (RFC 2606), or the address of a licence or a schema.
func isExample(_ host: String) -> Bool {
  let last = host.split(separator: ".").suffix(2).joined(separator: ".")
  return ["example.com", "example.org", "example.net", "localhost", "gnu.org", "w3.org"].contains(last)
    || host.hasSuffix(".invalid")
}
