/// A telephone number in its one canonical form: the key by which customers are found.
///
/// Dialable numbers are E.164 with the plus sign (`+81312345678`); numbers that exist only inside one country's plan
/// carry its scheme (`jp:110`, `jp:#7119`). Two spellings of one number are equal. Only the `Numbers` edge makes them
/// from what people and networks write.
public struct PhoneNumber: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  /// The canonical text.
  public let canonical: String
  /// The text as people of the country write it, with hyphens where known (`03-1234-5678`). Not part of the identity.
  public let display: String
  /// Its class in the numbering plan; decides what the dial plan opens.
  public let kind: Kind
  /// The text that is dialled within the country: what a trunk with national numbers wants, and what entry patterns are
  /// compared with. Not part of the identity.
  ///
  /// In Japan `+81312345678` has `0312345678`; `jp:110` and `ext:1001` have what follows the scheme; numbers of other
  /// countries stay as they are, with their plus sign.
  public let national: String

  /// The classes of the numbering plan, by which a dial plan opens or closes numbers.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// 0AB–J, bound to a place.
    case fixed
    /// 060, 070, 080, 090.
    case mobile
    /// 0600: fixed-mobile convergence.
    case convergence = "fmc"
    /// 050 IP telephony.
    case ip
    /// 0120.
    case freeDial = "free-dial"
    /// 0800.
    case free
    /// 0570.
    case navi
    /// 0170, 0180, 0990: mass calling and premium rate.
    case premium
    /// 020: machines and pagers.
    case machine
    /// 110, 118, 119.
    case emergency
    /// 104, 117, 171, 188, 189, #7119 and the like.
    case special
    /// 00XY and the like: choice of carrier.
    case carrierAccess = "carrier-access"
    /// A number of another country.
    case international
    /// A short number that a PBX or our own phones know.
    case `extension`
    /// Valid, but of no class known here.
    case other
  }

  /// Takes what `Numbers` has found; nobody else should have a reason to. Without `national` it is as in Japan.
  public init(canonical: String, display: String, kind: Kind, national: String? = nil) {
    self.canonical = canonical
    self.display = display
    self.kind = kind
    self.national = national ?? Self.nationalInJapan(canonical)
  }

  /// Equal when the canonical text is.
  public static func == (a: PhoneNumber, b: PhoneNumber) -> Bool { a.canonical == b.canonical }
  /// By the canonical text.
  public static func < (a: PhoneNumber, b: PhoneNumber) -> Bool { a.canonical < b.canonical }
  /// By the canonical text.
  public func hash(into hasher: inout Hasher) { hasher.combine(canonical) }
  /// The canonical text.
  public var description: String { canonical }
}

/// What became of one written number: the canonical number, and what its prefix asked for.
public struct DialledNumber: Hashable, Sendable {
  /// The number without prefixes.
  public var number: PhoneNumber
  /// What 184 (`withhold`) or 186 (`present`) in front of it asked for; nil when neither stood there.
  public var presentation: Presentation?
  /// Whether a lost leading zero was put back.
  public var isRepaired: Bool

  /// Whether the caller's number is to be shown at the far end.
  public enum Presentation: String, Sendable, Codable { case withhold, present }

  /// Whether our own number is to be withheld from whoever is dialled: never from an emergency service, whatever stands in
  /// front of the number.
  public var isWithheld: Bool { presentation == .withhold && number.kind != .emergency }

  /// Puts the three together.
  public init(number: PhoneNumber, presentation: Presentation? = nil, isRepaired: Bool = false) {
    self.number = number
    self.presentation = presentation
    self.isRepaired = isRepaired
  }
}

/// Why a written number could not be taken; each says what would be needed.
public enum NumberFault: Error, Equatable, Sendable {
  /// Nothing that could be dialled was in the text.
  case notANumber(String)
  /// A local number without area code, and no default area is configured.
  case areaCodeMissing(String)
  /// Two classes of number fit.
  case ambiguous(String)

  /// One sentence for people.
  public var explanation: String {
    switch self {
    case .notANumber(let text): "'\(text)' is not a telephone number"
    case .areaCodeMissing(let text): "'\(text)' has no area code: write it, or set dialing.default_area"
    case .ambiguous(let text): "'\(text)' fits more than one kind of number: write it in full"
    }
  }
}

/// Reads a number as people and networks write it. Handed out by the `Numbers` edge as a value; pure and thread-safe.
public typealias NumberReader = @Sendable (String) -> Result<DialledNumber, NumberFault>
