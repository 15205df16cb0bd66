public import Telephony

/// Believes or doubts what an INVITE says of its caller (`P-Asserted-Identity`, `Remote-Party-ID`, `From`; RFC 3325).
///
/// Who asks for privacy gets it, be it by Privacy, by Remote-Party-ID or by an anonymous From, even where a trusted
/// trunk tells the number: then neither number nor name is in any field of the answer, and what stays is the kind of
/// anonymity.
public struct CallerIdentification: Sendable, Equatable {
  /// Trunks whose word is taken.
  public var trusted: Set<TrunkID>
  /// Display texts by which carriers tell the kinds of anonymous callers; compared without regard to case and width.
  public var texts: [String: Caller.Anonymity] { didSet { folded = Self.fold(texts) } }

  /// `texts` with keys made comparable.
  private(set) var folded: [String: Caller.Anonymity]

  /// Trusts these trunks and nobody else.
  public init(trusted: Set<TrunkID>, texts: [String: Caller.Anonymity] = CallerIdentification.usualTexts) {
    self.trusted = trusted
    self.texts = texts
    self.folded = Self.fold(texts)
  }

  /// The caller of an invitation.
  ///
  /// Of a trusted trunk the first of `P-Asserted-Identity`, `Remote-Party-ID` and `From` that names somebody counts; of
  /// any other trunk `From` alone, unverified. One of our own phones is known by its account, which the digest has
  /// proved, whatever it writes in `From`.
  public func caller(of invitation: Invitation, read: NumberReader) -> Caller {
    let sources = sources(of: invitation)
    let isVerified = isVerified(invitation.origin)
    let kind = sources.lazy.compactMap { anonymity(byText: $0.displayName) }.first
    if invitation.asksForPrivacy {
      return Caller(anonymity: kind ?? .withheld, isVerified: isVerified)
    }
    if let kind, kind == .withheld || kind == .payphone { return Caller(anonymity: kind, isVerified: isVerified) }
    if invitation.from.anonymity == .withheld {
      return Caller(anonymity: kind ?? .withheld, isVerified: isVerified)
    }
    let displayName = sources.lazy.map(\.displayName).first { !$0.isEmpty } ?? ""
    if case .phone(let phone) = invitation.origin {
      return Caller(text: phone.rawValue, displayName: displayName.safeForDisplay, isVerified: true)
    }
    guard let source = sources.first(where: { $0.anonymity == nil }) else {
      return Caller(anonymity: kind ?? sources.first?.anonymity ?? .unavailable, isVerified: isVerified)
    }
    var caller = Caller(displayName: displayName.safeForDisplay, isVerified: isVerified)
    switch read(source.user) {
    case .success(let dialled): caller.number = dialled.number
    case .failure: caller.text = source.user.safeForDisplay
    }
    // Nothing but marks that cannot be seen.
    if caller.number == nil, caller.text.isEmpty { return Caller(anonymity: .unavailable, isVerified: isVerified) }
    return caller
  }

  /// What may be believed, the best first.
  private func sources(of invitation: Invitation) -> [NameAddress] {
    guard case .trunk(let trunk) = invitation.origin, trusted.contains(trunk) else { return [invitation.from] }
    return [invitation.assertedIdentity, invitation.remotePartyID, invitation.from].compactMap { $0 }
  }

  private func isVerified(_ origin: Invitation.Origin) -> Bool {
    switch origin {
    case .trunk(let trunk): trusted.contains(trunk)
    case .phone: true
    }
  }
}

extension Invitation {
  /// Whether any header asks that the caller not be shown. Heeded from everybody: hiding needs no trust. `critical`,
  /// `session` and `history` hide nothing by themselves, nor does `none` (RFC 3323 §4.2).
  fileprivate var asksForPrivacy: Bool {
    let values = privacy.lazy.flatMap { $0.lowercased().split { $0 == ";" || $0 == "," || $0.isWhitespace } }
    return remotePartyIsPrivate || values.contains { ["id", "user", "header", "full"].contains($0) }
  }
}
