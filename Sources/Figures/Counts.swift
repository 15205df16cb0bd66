/// What was counted and summed about one thing in one time: whole numbers, and times in whole nanoseconds.
///
/// Two of them make one by adding, which is why any longer time is exactly the sum of its parts. Nothing is divided
/// before it is shown.
public struct Counts: Sendable, Equatable {
  /// What is not zero, and least and greatest values that were seen.
  public private(set) var values: [Item: Int] = [:]

  /// Nothing.
  public init() {}

  /// The value; 0 where there is none.
  public subscript(_ item: Item) -> Int { values[item] ?? 0 }

  /// Whether there is nothing in it.
  public var isEmpty: Bool { values.isEmpty }

  /// Adds to one item by the item's own rule; what does not fit stays at the greatest that does.
  public mutating func add(_ value: Int, to item: Item) {
    let old = values[item]
    switch item.rule {
    case .greatest: values[item] = max(old ?? value, value)
    case .least: values[item] = min(old ?? value, value)
    case .sum:
      let (sum, overflow) = (old ?? 0).addingReportingOverflow(value)
      values[item] = overflow ? (value > 0 ? .max : .min) : sum
      if sum == 0 { values[item] = nil }
    }
  }

  /// One more.
  public mutating func count(_ item: Item) { add(1, to: item) }

  /// Adds all of another one.
  public mutating func add(_ other: Counts) { for (item, value) in other.values { add(value, to: item) } }

  /// The sum of a family, such as all of `flow_out`.
  public func sum(of family: String) -> Int {
    values.reduce(0) { $1.key.name.hasPrefix(family + ":") ? $0 + $1.value : $0 }
  }
}

extension Counts: ExpressibleByDictionaryLiteral {
  /// What is named twice is added.
  public init(dictionaryLiteral elements: (Item, Int)...) {
    self.init()
    for (item, value) in elements { add(value, to: item) }
  }
}

extension Counts {
  /// As it is stored: `answered=2 offered=3`, by name. Spaces, `=` and `%` in names are written as `%20` and so on.
  public var text: String {
    values.sorted { $0.key < $1.key }.map { "\(Self.escaped($0.key.name))=\($0.value)" }.joined(separator: " ")
  }

  /// Reads what `text` wrote; nil when it is something else.
  public init?(text: String) {
    for part in text.split(separator: " ") {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2, let name = Self.unescaped(sides[0]), let value = Int(sides[1]), !name.isEmpty else {
        return nil
      }
      add(value, to: Item(name))
    }
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  private static func escaped(_ name: String) -> String {
    guard name.utf8.contains(where: { $0 <= 0x20 || $0 == 0x25 || $0 == 0x3D || $0 == 0x7F }) else { return name }
    var out: [UInt8] = []
    for byte in name.utf8 {
      if byte <= 0x20 || byte == 0x25 || byte == 0x3D || byte == 0x7F {
        out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      } else {
        out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func unescaped(_ text: Substring) -> String? {
    guard text.utf8.contains(0x25) else { return String(text) }
    var out: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        out.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(digits.firstIndex), let low = rest.popFirst().flatMap(digits.firstIndex)
      else { return nil }
      out.append(UInt8(high * 16 + low))
    }
    return String(decoding: out, as: UTF8.self)
  }
}
