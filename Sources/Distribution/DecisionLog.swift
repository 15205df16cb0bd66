public import Telephony

/// A decision with its place among all of one run, by which it is told apart from every other one about its contact.
public struct KeptDecision: Sendable, Hashable {
  /// Ascending, from 1 in each run.
  public var number: Int64
  /// What was decided.
  public var decision: Decision

  /// Puts the two together.
  public init(number: Int64, decision: Decision) {
    self.number = number
    self.decision = decision
  }
}

/// The decisions of the last while, by contact, for whoever asks why.
///
/// It holds so many at most, and nothing that is older than `age`; of one contact no more than the latest
/// `mostOfContact`. What has gone from here may still be in a store. To keep one costs no more with many.
public struct DecisionLog: Sendable {
  /// For how long they are of interest; zero keeps none.
  public let age: Duration
  /// How many are held in all.
  public let most: Int
  /// How many of one contact.
  public let mostOfContact: Int

  /// The oldest first.
  private var contacts: [ContactID: [KeptDecision]] = [:]
  /// In the order in which they came. What stands before `start` has gone; it is cleared away when that is half of it.
  private var order: [(contact: ContactID, number: Int64, at: Moment)] = []
  private var start = 0
  private var count: Int64 = 0
  /// When the latest of those was made that have gone.
  private var lastForgotten: Moment?

  /// Nothing yet.
  public init(age: Duration, most: Int = 2000, mostOfContact: Int = 100) {
    self.age = age
    self.most = max(1, most)
    self.mostOfContact = max(1, mostOfContact)
  }

  /// Wall time in milliseconds: what was decided before is of no interest any more, where decisions are for so long.
  public static func oldest(keptFor age: Duration, at now: Moment) -> Int64 {
    now.advanced(by: .zero - age).wallMilliseconds
  }

  /// Takes a decision on; nil where none are kept.
  public mutating func keep(_ decision: Decision) -> KeptDecision? {
    guard age > .zero else { return nil }
    count += 1
    let kept = KeptDecision(number: count, decision: decision)
    contacts[decision.contact, default: []].append(kept)
    order.append((decision.contact, count, decision.at))
    if let held = contacts[decision.contact], held.count > mostOfContact, let first = held.first {
      forget(decision.contact, first.number)
    }
    while order.count - start > most || order[start].at.advanced(by: age) < decision.at { forgetOldest() }
    return kept
  }

  /// What is held of a contact, the oldest first, and whether that is certainly all that was ever decided about it in this
  /// run: nothing has gone that was made since it came.
  public func decisions(about contact: ContactID, at now: Moment) -> (held: [KeptDecision], areAll: Bool) {
    let held = (contacts[contact] ?? []).filter { now.since($0.decision.at) <= age }
    guard let first = held.first?.decision else { return ([], false) }
    let came = first.at.advanced(by: .zero - first.waited)
    return (held, lastForgotten.map { $0 < came } ?? true)
  }

  private mutating func forgetOldest() {
    let oldest = order[start]
    start += 1
    forget(oldest.contact, oldest.number)
    guard start * 2 > order.count else { return }
    order.removeFirst(start)
    start = 0
  }

  /// Nothing happens when it has gone already. It can only be the oldest of its contact.
  private mutating func forget(_ contact: ContactID, _ number: Int64) {
    guard let first = contacts[contact]?.first, first.number == number else { return }
    lastForgotten = max(lastForgotten ?? first.decision.at, first.decision.at)
    contacts[contact]?.removeFirst()
    if contacts[contact]?.isEmpty == true { contacts[contact] = nil }
  }
}

/// Where decisions are found when they are no longer held, and after a restart.
public protocol DecisionStore: Sendable {
  /// Adds the row; durable when it returns. Some of those that were made before `oldest` (wall time, in milliseconds) go
  /// with it, more than come.
  func save(_ kept: KeptDecision, forgetting oldest: Int64) async throws
  /// Those about a contact that were made at or after `oldest`, the oldest first; of more than `most` the latest.
  func decisions(about contact: ContactID, since oldest: Int64, most: Int) async throws -> [KeptDecision]
}
