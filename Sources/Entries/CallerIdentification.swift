public import Telephony

/// Believes or doubts what an INVITE says of its caller (`P-Asserted-Identity`, `Remote-Party-ID`, `From`; RFC 3325).
public struct CallerIdentification: Sendable, Equatable {
  /// Trunks whose word is taken.
  public var trusted: Set<TrunkID>
  /// Display texts by which carriers tell the kinds of anonymous callers, in lower case.
  public var texts: [String: Caller.Anonymity]

  public init(trusted: Set<TrunkID>, texts: [String: Caller.Anonymity] = CallerIdentification.usualTexts) {
    self.trusted = trusted
    self.texts = texts
  }

  /// What Japanese and other networks are known to write.
  public static let usualTexts: [String: Caller.Anonymity] = [:]

  public func caller(of invitation: Invitation, read: NumberReader) -> Caller { Caller() }
}
