/// Why bytes are not JSON, and where.
public struct JSONFault: Error, Sendable, Equatable {
  /// Bytes before the fault, from 0.
  public var offset: Int
  /// What is wrong there.
  public var message: String
}

extension JSON {
  /// Reads one JSON text (RFC 8259) and nothing after it but white space.
  ///
  /// Strict where strangers are tolerated elsewhere: invalid UTF-8, lone surrogates, duplicate member names, numbers
  /// that do not fit and nesting deeper than `depth` are faults. Whole numbers within 64 bits become `.integer`.
  public init(reading bytes: some Sequence<UInt8>, depth: Int = 32) throws(JSONFault) {
    var reader = JSONReader(bytes: Array(bytes), deepest: depth)
    self = try reader.document()
  }
}

/// Recursive descent over bytes; the recursion is bounded by `deepest`.
private struct JSONReader {
  let bytes: [UInt8]
  let deepest: Int
  var at = 0

  init(bytes: [UInt8], deepest: Int) {
    self.bytes = bytes
    self.deepest = deepest
  }

  mutating func document() throws(JSONFault) -> JSON {
    let value = try value(depth: 0)
    skipSpace()
    guard at == bytes.count else { throw fault("something follows the end of the value") }
    return value
  }

  private func fault(_ message: String, at offset: Int? = nil) -> JSONFault {
    JSONFault(offset: offset ?? at, message: message)
  }

  private mutating func skipSpace() {
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
  }

  private mutating func value(depth: Int) throws(JSONFault) -> JSON {
    skipSpace()
    guard at < bytes.count else { throw fault("the text ends where a value is expected") }
    switch bytes[at] {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), 0x30...0x39: return try number()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw fault("no value begins with \(name(of: bytes[at]))")
    }
  }

  private func name(of byte: UInt8) -> String {
    (0x21...0x7E).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "byte 0x\(String(byte, radix: 16, uppercase: true))"
  }

  private mutating func word(_ text: StaticString, _ meaning: JSON) throws(JSONFault) -> JSON {
    let length = text.utf8CodeUnitCount
    let matches = text.withUTF8Buffer { $0.elementsEqual(bytes[at...].prefix(length)) }
    guard matches else { throw fault("not a JSON value; expected \(text)") }
    at += length
    return meaning
  }

  private mutating func object(depth: Int) throws(JSONFault) -> JSON {
    guard depth <= deepest else { throw fault("nested deeper than \(deepest) levels") }
    at += 1
    var members: [String: JSON] = [:]
    skipSpace()
    if peek() == UInt8(ascii: "}") {
      at += 1
      return .object(members)
    }
    while true {
      skipSpace()
      guard peek() == UInt8(ascii: "\"") else { throw fault("a member name in quotes is expected") }
      let start = at
      let name = try string()
      skipSpace()
      guard peek() == UInt8(ascii: ":") else { throw fault("':' is expected after a member name") }
      at += 1
      let value = try value(depth: depth)
      guard members.updateValue(value, forKey: name) == nil else {
        throw fault("the member \"\(name.prefix(40))\" stands here twice", at: start)
      }
      skipSpace()
      switch peek() {
      case UInt8(ascii: ","): at += 1
      case UInt8(ascii: "}"):
        at += 1
        return .object(members)
      default: throw fault("',' or '}' is expected")
      }
    }
  }

  private mutating func array(depth: Int) throws(JSONFault) -> JSON {
    guard depth <= deepest else { throw fault("nested deeper than \(deepest) levels") }
    at += 1
    var elements: [JSON] = []
    skipSpace()
    if peek() == UInt8(ascii: "]") {
      at += 1
      return .array(elements)
    }
    while true {
      elements.append(try value(depth: depth))
      skipSpace()
      switch peek() {
      case UInt8(ascii: ","): at += 1
      case UInt8(ascii: "]"):
        at += 1
        return .array(elements)
      default: throw fault("',' or ']' is expected")
      }
    }
  }

  private func peek() -> UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func digits() -> Int {
    let start = at
    while let byte = peek(), (0x30...0x39).contains(byte) { at += 1 }
    return at - start
  }

  private mutating func number() throws(JSONFault) -> JSON {
    let start = at
    var whole = true
    if peek() == UInt8(ascii: "-") { at += 1 }
    let first = peek()
    let count = digits()
    guard count > 0, count == 1 || first != UInt8(ascii: "0") else { throw fault("not a JSON number", at: start) }
    if peek() == UInt8(ascii: ".") {
      whole = false
      at += 1
      guard digits() > 0 else { throw fault("a digit is expected after '.'") }
    }
    if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
      whole = false
      at += 1
      if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { at += 1 }
      guard digits() > 0 else { throw fault("a digit is expected in the exponent") }
    }
    guard at - start <= 64 else { throw fault("a number of more than 64 characters", at: start) }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if whole, let value = Int64(text) { return .integer(value) }
    guard !whole, let value = Double(text), value.isFinite else { throw fault("the number is too large", at: start) }
    return .number(value)
  }

  private mutating func string() throws(JSONFault) -> String {
    let start = at
    at += 1
    var text: [UInt8] = []
    var run = at
    while true {
      guard at < bytes.count else { throw fault("the text ends within a string", at: start) }
      switch bytes[at] {
      case UInt8(ascii: "\""):
        text.append(contentsOf: bytes[run..<at])
        at += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw fault("the string is not valid UTF-8", at: start)
        }
        return string
      case UInt8(ascii: "\\"):
        text.append(contentsOf: bytes[run..<at])
        at += 1
        text.append(contentsOf: String(Character(try escape())).utf8)
        run = at
      case 0..<0x20: throw fault("a control character within a string must be written as \\u00XX")
      default: at += 1
      }
    }
  }

  private mutating func escape() throws(JSONFault) -> Unicode.Scalar {
    guard let byte = peek() else { throw fault("the text ends within an escape") }
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let first = try hexadecimal()
      if let scalar = Unicode.Scalar(first) { return scalar }
      guard first < 0xDC00, peek() == UInt8(ascii: "\\") else { throw fault("half of a surrogate pair") }
      at += 1
      guard peek() == UInt8(ascii: "u") else { throw fault("half of a surrogate pair") }
      at += 1
      let second = try hexadecimal()
      guard (0xDC00...0xDFFF).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
      else { throw fault("half of a surrogate pair") }
      return scalar
    default: throw fault("no such escape: \\\(name(of: byte))", at: at - 2)
    }
  }

  private mutating func hexadecimal() throws(JSONFault) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw fault("four hexadecimal digits are expected after \\u")
      }
      value = value << 4 | UInt16(digit)
      at += 1
    }
    return value
  }
}
