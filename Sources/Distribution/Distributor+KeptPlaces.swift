public import Telephony

/// Whose place is kept, and where.
public struct KeptPlace: Sendable, Hashable {
  /// In this queue.
  public var queue: QueueID
  /// For this caller.
  public var caller: CallerKey

  /// Puts the two together.
  public init(queue: QueueID, caller: CallerKey) {
    self.queue = queue
    self.caller = caller
  }
}

// A caller whose line breaks comes back to where he was. Whoever has no key, being anonymous, neither leaves a place nor
// finds one. One who is not let in finds it when he comes again, until its time is over.
extension Distributor {
  /// How many are kept at most: as many as hang up within the time.
  static let mostKeptPlaces = 10_000

  mutating func keepPlace(of id: ContactID, _ turn: inout Turn) {
    guard let contact = contacts[id], let queue = contact.queue, let caller = contact.caller,
      let time = lines[queue]?.settings.keepsPlace, keptPlaces.count < Self.mostKeptPlaces
    else { return }
    let kept = KeptPlace(queue: queue, caller: caller)
    keptPlaces[kept] = contact.place
    start(.keptPlace(kept), after: time, &turn)
  }

  /// The place that was kept for him, which is used up by that.
  mutating func returningPlace(of caller: CallerKey?, in queue: QueueID, _ turn: inout Turn) -> Place? {
    guard let caller else { return nil }
    let kept = KeptPlace(queue: queue, caller: caller)
    cancel(.keptPlace(kept), &turn)
    return keptPlaces.removeValue(forKey: kept)
  }
}
