import CTOML
import Telephony

/// Where something stands in a file, from 1.
struct Place: Hashable, Sendable {
  var line: Int
  var column: Int
  static let start = Place(line: 1, column: 1)
}

/// One value of a TOML file with its place.
struct TOMLValue: Sendable {
  var place: Place
  var content: Content

  enum Content: Sendable {
    case string(String), integer(Int64), real(Double), boolean(Bool), date
    case array([TOMLValue])
    case table([TOMLEntry])
  }

  /// In words for people.
  var typeName: String {
    switch content {
    case .string: "text"
    case .integer: "a whole number"
    case .real: "a decimal fraction"
    case .boolean: "true or false"
    case .date: "a date or time"
    case .array: "a list"
    case .table: "a table"
    }
  }
}

/// One key of a table.
struct TOMLEntry: Sendable {
  var key: String
  var place: Place
  var value: TOMLValue
}

extension TOMLValue {
  /// Reads a whole document; the bytes may be anything. Nil when it is no TOML, with the fault in the log.
  init?(document bytes: [UInt8], log: FaultLog) {
    var fault = toml_fault()
    let document = bytes.withUnsafeBytes { raw in
      // An empty array has no address; toml_document_parse wants one.
      let text = raw.bindMemory(to: CChar.self).baseAddress
      return withUnsafePointer(to: CChar(0)) { toml_document_parse(text ?? $0, raw.count, &fault) }
    }
    guard let document else {
      log.error(Place(fault.place), "not TOML: " + Self.text(fault.message).safeForDisplay)
      return nil
    }
    defer { toml_document_free(document) }
    var count = 0
    guard let first = toml_document_nodes(document, &count), count > 0 else { return nil }
    let nodes = UnsafeBufferPointer(start: first, count: count)
    self = Self.value(at: 0, in: nodes)
    if place.line == 0 { place = .start }
  }

  /// One node with all below it. Depth is bounded by the shim.
  private static func value(at index: Int, in nodes: UnsafeBufferPointer<toml_node>) -> TOMLValue {
    let node = nodes[index]
    var children: [(key: String, place: Place, value: TOMLValue)] = []
    var child = index + 1
    while child < node.end {
      let below = nodes[child]
      let key = below.key.map { text($0, below.key_length) } ?? ""
      children.append((key, Place(below.key_place), value(at: child, in: nodes)))
      child = below.end
    }
    let content: Content =
      switch node.kind {
      case TOML_TABLE: .table(children.map { TOMLEntry(key: $0.key, place: $0.place, value: $0.value) })
      case TOML_ARRAY: .array(children.map(\.value))
      case TOML_STRING: .string(text(node.string, node.string_length))
      case TOML_INTEGER: .integer(node.integer)
      case TOML_FLOAT: .real(node.real)
      case TOML_BOOLEAN: .boolean(node.boolean)
      default: .date
      }
    return TOMLValue(place: Place(node.place), content: content)
  }

  private static func text(_ start: UnsafePointer<CChar>, _ length: Int) -> String {
    start.withMemoryRebound(to: UInt8.self, capacity: length) {
      String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
    }
  }

  /// A C array of characters, which Swift sees as a tuple, up to its NUL.
  private static func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

extension Place {
  fileprivate init(_ place: toml_place) { self.init(line: Int(place.line), column: Int(place.column)) }
}
