public import Telephony

/// Where one phone can be reached at the moment: what a REGISTER said and where it came from (RFC 3261 §10.3).
public struct Binding: Sendable, Equatable {
  /// Whose binding it is.
  public var phone: PhoneID
  /// The Contact URI as the phone wrote it; with `phone` the identity of the binding.
  public var contact: String
  /// The address that the REGISTER came from, `192.0.2.7:5060` or `[2001:db8::7]:5060`: calls go there.
  public var source: String
  /// `udp`, `tcp` or `tls`.
  public var transport: String
  /// Wall time, milliseconds since 1970: the only clock that means the same after a restart.
  public var expiresAt: Int64
  /// Call-ID of the REGISTER: within one of them only a higher CSeq changes the binding.
  public var callID: String
  /// The CSeq number of the REGISTER.
  public var cseq: UInt32
  /// User-Agent; may be empty.
  public var userAgent: String

  /// Puts it together.
  public init(
    phone: PhoneID, contact: String, source: String, transport: String, expiresAt: Int64, callID: String, cseq: UInt32,
    userAgent: String = ""
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
