public import Telephony

/// One contact under which a phone is registered, with all that is needed to take it up again after a restart.
public struct Binding: Sendable, Hashable {
  /// Whose it is.
  public var phone: PhoneID
  /// The Contact URI as registered.
  public var contact: String
  /// Where it came from: `host:port`, IPv6 in brackets.
  public var source: String
  /// How it came.
  public var transport: SIPEngineSettings.Transport
  /// Seconds since 1970.
  public var expiresAt: Int64
  /// Of the last REGISTER.
  public var callID: String
  /// Of the last REGISTER.
  public var cseq: UInt32
  /// As the phone calls itself: text of a stranger.
  public var userAgent: String

  /// Puts it together.
  public init(
    phone: PhoneID, contact: String, source: String, transport: SIPEngineSettings.Transport, expiresAt: Int64,
    callID: String, cseq: UInt32, userAgent: String
  ) {
    self.phone = phone
    self.contact = contact
    self.source = source
    self.transport = transport
    self.expiresAt = expiresAt
    self.callID = callID
    self.cseq = cseq
    self.userAgent = userAgent
  }
}

/// What to write down, so that registrations survive a restart. Keyed by phone and contact.
public enum BindingChange: Sendable, Hashable {
  /// New, or refreshed: replaces what was known of this phone and contact.
  case bound(Binding)
  /// Expired, taken away, or its connection closed.
  case unbound(Binding)
}

/// Somebody was turned away: what a firewall or an administrator may want to act on.
public struct Refusal: Sendable, Hashable {
  /// Numeric address, without port or brackets.
  public var address: String
  /// 0 where it is not known.
  public var port: Int
  /// The SIP status answered; nil when there was no answer.
  public var status: Int?
  /// A sentence of ours; what a stranger said is not in it.
  public var reason: String

  /// Puts it together.
  public init(address: String, port: Int, status: Int?, reason: String) {
    self.address = address
    self.port = port
    self.status = status
    self.reason = reason
  }

  /// Reads `192.0.2.1:5060 reason` or `[2001:db8::1]:5060 reason`.
  init(text: String, status: Int) {
    let parts = text.split(separator: " ", maxSplits: 1)
    let source = parts.first ?? ""
    let colon = source.lastIndex(of: ":")
    let host = colon.map { source[..<$0] } ?? source
    address = String(host.drop { $0 == "[" }.prefix { $0 != "]" })
    port = colon.flatMap { Int(source[source.index(after: $0)...]) } ?? 0
    self.status = status == 0 ? nil : status
    reason = parts.count > 1 ? String(parts[1]) : ""
  }
}

/// One line of the stack's own log. Not yet escaped: it may quote strangers.
public struct StackLogLine: Sendable, Hashable {
  /// 1 (errors) to 5.
  public var level: Int
  /// Without line end.
  public var text: String
}
