public import Telephony

/// Where a call goes in: the first row whose called number and caller both fit.
public struct EntryTable: Sendable, Equatable {
  /// The rows, in the order in which they are tried.
  public var entries: [Entry]
  /// Canonical or national numbers, or beginnings of them with `*` after, that count as blocked.
  public var blocked: [NumberPattern]

  /// Takes the rows in order.
  public init(entries: [Entry], blocked: [NumberPattern] = []) {
    self.entries = entries
    self.blocked = blocked
  }

  /// Where a call goes, as its row says; or nil: 404.
  public func target(called: String, caller: Caller, read: NumberReader) -> Entry.Target? {
    entry(called: called, caller: caller, read: read)?.target
  }

  /// The row of a call, or nil: 404. `called` is tried as it was dialled, in canonical form and as it is dialled
  /// within the country, so that `0312345678` and `+81312345678` meet the same row whichever of them the trunk sends.
  public func entry(called: String, caller: Caller, read: NumberReader) -> Entry? {
    var spellings = [called]
    if case .success(let dialled) = read(called) { spellings += dialled.number.spellings }
    let isBlocked = isBlocked(caller)
    return entries.first { entry in
      spellings.contains(where: entry.called.matches) && entry.caller.matches(caller, isBlocked: isBlocked)
    }
  }

  /// Whether the list of blocked numbers names the caller. A call from 110, 118 or 119 is somebody calling back to a
  /// person in need and is never blocked; who shows no number is on no list of numbers.
  private func isBlocked(_ caller: Caller) -> Bool {
    guard caller.number?.kind != .emergency else { return false }
    return blocked.contains { pattern in caller.spellings.contains(where: pattern.matches) }
  }
}

extension Entry.CallerPattern {
  /// Whether a caller fits. The list of blocked numbers belongs to the table, so its verdict is given.
  fileprivate func matches(_ caller: Caller, isBlocked: Bool) -> Bool {
    switch self {
    case .anyone: true
    case .number(let pattern): caller.spellings.contains(where: pattern.matches)
    case .anonymous(let kind): caller.anonymity == kind
    case .anyAnonymous: caller.anonymity != nil
    case .international: caller.anonymity == nil && caller.number?.kind == .international
    case .blocked: isBlocked
    }
  }
}

extension Caller {
  /// The ways of writing the caller's number by which a pattern may know it; none for an anonymous caller, whatever else
  /// is known. One of our own phones or an extension has its short number.
  fileprivate var spellings: [String] {
    guard anonymity == nil else { return [] }
    if let number { return number.spellings }
    return !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? [text] : []
  }
}
