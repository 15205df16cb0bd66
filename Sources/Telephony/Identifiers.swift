/// A name for one thing, that cannot be mistaken for a name of another kind of thing.
///
/// Compared and ordered by its text; written in events, records and logs exactly as `rawValue`.
public protocol Identifier:
  Hashable, Sendable, Comparable, Codable, CustomStringConvertible, ExpressibleByStringLiteral
{
  /// The text by which the thing is known outside.
  var rawValue: String { get }
  /// Takes the text as it stands: whoever reads it from outside has checked it before.
  init(rawValue: String)
}

extension Identifier {
  /// Ordered by text; UUIDv7 names are thereby ordered by creation.
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  /// The text itself.
  public var description: String { rawValue }
  /// For names written in source code.
  public init(stringLiteral value: String) { self.init(rawValue: value) }
  /// One JSON string.
  public init(from decoder: any Decoder) throws {
    self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
  }
  /// One JSON string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

/// One whole customer interaction, stable over transfers, holds and agents. UUIDv7.
public struct ContactID: Identifier {
  /// The text.
  public let rawValue: String
  /// Takes the text as it stands.
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// One stretch of a contact: a visit to a queue, or one agent's handling. UUIDv7.
public struct SegmentID: Identifier {
  /// The text.
  public let rawValue: String
  /// Takes the text as it stands.
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// One recorded file. UUIDv7; also the stem of the file's name.
public struct RecordingID: Identifier {
  /// The text.
  public let rawValue: String
  /// Takes the text as it stands.
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// A person who takes calls; not a phone.
public struct AgentID: Identifier {
  /// The text.
  public let rawValue: String
  /// Takes the text as it stands.
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// A telephone: an account of our own registrar, or an extension behind a PBX.
public struct PhoneID: Identifier {
  /// The text.
  public let rawValue: String
  /// Takes the text as it stands.
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// A line of waiting contacts and the agents who serve it.
public struct QueueID: Identifier {
  /// The text.
  public let rawValue: String
  /// Takes the text as it stands.
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// A SIP peer known by its source address: a PBX or a carrier.
public struct TrunkID: Identifier {
  /// The text.
  public let rawValue: String
  /// Takes the text as it stands.
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// A customer in the directory.
public struct CustomerID: Identifier {
  /// The text.
  public let rawValue: String
  /// Takes the text as it stands.
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// One SIP dialog, as the engine and the rules name it.
///
/// Never reused within one run of the daemon: a handle kept too long meets nobody, instead of somebody else's call.
/// Incoming legs are numbered by the engine; outgoing ones by whoever dials, with the top bit set.
public struct LegID: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  /// The number; 0 is never a leg.
  public let rawValue: UInt64
  /// Takes a number that the engine gave.
  public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// The n-th leg that we dial in this run, from 1.
  public static func outgoing(_ n: UInt64) -> LegID { LegID(rawValue: n | (1 << 63)) }
  /// Whether we dialled it.
  public var isOutgoing: Bool { rawValue >> 63 == 1 }
  /// Ordered by number: incoming legs before outgoing ones, each in order of creation.
  public static func < (a: LegID, b: LegID) -> Bool { a.rawValue < b.rawValue }
  /// `in-7` or `out-7`, for logs and events.
  public var description: String { isOutgoing ? "out-\(rawValue & ~(1 << 63))" : "in-\(rawValue)" }
  /// The text of `description`, since JavaScript clients cannot hold 64-bit numbers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
  /// Reads the text of `description`.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    if text.hasPrefix("in-"), let n = UInt64(text.dropFirst(3)) {
      self.init(rawValue: n)
    } else if text.hasPrefix("out-"), let n = UInt64(text.dropFirst(4)) {
      self = .outgoing(n)
    } else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not a leg: \(text)"))
    }
  }
}
