/// Who is calling, as far as the network told us and may tell others.
public struct Caller: Hashable, Sendable, Codable {
  /// The canonical number; nil when it was withheld, missing or no number at all.
  public var number: PhoneNumber?
  /// The text that stood in the place of the number when it is no telephone number (`anna`, an extension); else empty.
  public var text: String
  /// The name that the network or phone sent with it; may be empty. Cleaned of control characters.
  public var displayName: String
  /// Why there is no number to show; nil when there is one.
  public var anonymity: Anonymity?
  /// False when the number is only what an unknown party claims of itself.
  public var isVerified: Bool

  /// The kinds of anonymous callers, kept apart because people treat them differently.
  public enum Anonymity: String, Sendable, Codable, CaseIterable {
    /// P 非通知: the caller withheld it.
    case withheld
    /// C 公衆電話.
    case payphone
    /// O 表示圏外: lost where networks meet.
    case unavailable
    /// S サービス競合: shown like `unavailable` by most phones.
    case serviceConflict = "service-conflict"
  }

  /// Puts a caller together.
  public init(
    number: PhoneNumber? = nil, text: String = "", displayName: String = "", anonymity: Anonymity? = nil,
    isVerified: Bool = true
  ) {
    self.number = number
    self.text = text
    self.displayName = displayName
    self.anonymity = anonymity
    self.isVerified = isVerified
  }
}

/// A name and a user part as one SIP header gave them: raw text of a stranger, not yet believed.
public struct NameAddress: Hashable, Sendable {
  /// The display name, decoded to UTF-8; may be empty.
  public var displayName: String
  /// The user part, or the digits of a `tel:` URI; may be empty.
  public var user: String
  /// The host part; may be empty.
  public var host: String

  /// Puts the parts together.
  public init(displayName: String = "", user: String = "", host: String = "") {
    self.displayName = displayName
    self.user = user
    self.host = host
  }
}

/// An INVITE as it reached us, before anybody has decided what it means.
public struct Invitation: Hashable, Sendable {
  /// Who brought it, already proved by source address or digest.
  public enum Origin: Hashable, Sendable {
    case trunk(TrunkID)
    case phone(PhoneID)
  }
  /// Who brought it.
  public var origin: Origin
  /// The user part of the Request-URI: the number that was dialled.
  public var called: String
  /// From.
  public var from: NameAddress
  /// P-Asserted-Identity (RFC 3325), first value.
  public var assertedIdentity: NameAddress?
  /// Remote-Party-ID, the old draft that PBXs still send.
  public var remotePartyID: NameAddress?
  /// Whether Remote-Party-ID asked for privacy (`privacy=full`).
  public var remotePartyIsPrivate: Bool
  /// The values of Privacy (RFC 3323), lower case.
  public var privacy: [String]
  /// Our own header, when somebody sent us our own call back.
  public var contact: ContactID?

  /// Puts an invitation together.
  public init(
    origin: Origin, called: String, from: NameAddress, assertedIdentity: NameAddress? = nil,
    remotePartyID: NameAddress? = nil, remotePartyIsPrivate: Bool = false, privacy: [String] = [],
    contact: ContactID? = nil
  ) {
    self.origin = origin
    self.called = called
    self.from = from
    self.assertedIdentity = assertedIdentity
    self.remotePartyID = remotePartyID
    self.remotePartyIsPrivate = remotePartyIsPrivate
    self.privacy = privacy
    self.contact = contact
  }
}
