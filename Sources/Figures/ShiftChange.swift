public import Telephony

/// Other plans for some agents on some days: each day's shifts take the place of all that were planned to begin on it.
public struct ShiftChange: Sendable, Equatable {
  /// Of one agent on one day.
  public struct Place: Hashable, Sendable, Comparable {
    /// Who.
    public var agent: AgentID
    /// When.
    public var day: LocalDay

    /// Both as given.
    public init(agent: AgentID, day: LocalDay) {
      self.agent = agent
      self.day = day
    }

    /// By agent, then by day.
    public static func < (a: Place, b: Place) -> Bool { (a.agent, a.day) < (b.agent, b.day) }
  }

  /// What is planned; nothing where she is off.
  public private(set) var plans: [Place: [Shift]] = [:]
  /// In which line of a table a shift stands.
  private var lines: [Shift: Int] = [:]

  /// Nothing yet.
  public init() {}

  /// One day of one agent.
  public init(_ agent: AgentID, _ day: LocalDay, _ shifts: [Shift]) {
    plans[Place(agent: agent, day: day)] = shifts.filter { $0.agent == agent && $0.day == day }
  }

  /// One more shift, or none on a day, of a table's line.
  mutating func add(_ shifts: [Shift], _ agent: AgentID, _ day: LocalDay, line: Int) {
    plans[Place(agent: agent, day: day), default: []] += shifts
    for shift in shifts where lines[shift] == nil { lines[shift] = line }
  }

  /// Whose shifts on which days could overlap one of these, or make room for one.
  public var around: [AgentID: ClosedRange<LocalDay>] {
    Dictionary(grouping: plans.keys, by: \.agent).compactMapValues { places in
      guard let first = places.map(\.day).min(), let last = places.map(\.day).max() else { return nil }
      return first.advanced(by: -1)...last.advanced(by: 1)
    }
  }

  /// What does not go: shifts that overlap, also with what stays of `planned`, the shifts that are `around`.
  public func faults(beside planned: [Shift]) -> [ShiftFault] {
    let staying = planned.filter { plans[Place(agent: $0.agent, day: $0.day)] == nil }
    let byAgent = Dictionary(grouping: staying + plans.values.joined(), by: \.agent)
    return plans.keys.reduce(into: Set<AgentID>()) { $0.insert($1.agent) }.sorted().flatMap { agent -> [ShiftFault] in
      let shifts = (byAgent[agent] ?? []).sorted {
        ($0.span.lowerBound, $0.span.upperBound) < ($1.span.lowerBound, $1.span.upperBound)
      }
      var faults: [ShiftFault] = []
      var latest: Shift?
      for shift in shifts {
        if let latest, latest.span.overlaps(shift.span), isNew(latest) || isNew(shift) {
          faults.append(overlap(latest, shift))
        }
        if latest.map({ $0.span.upperBound < shift.span.upperBound }) ?? true { latest = shift }
      }
      return faults
    }
  }

  private func isNew(_ shift: Shift) -> Bool {
    plans[Place(agent: shift.agent, day: shift.day)]?.contains(shift) ?? false
  }

  /// Told of the new one, of the later line.
  private func overlap(_ one: Shift, _ other: Shift) -> ShiftFault {
    func rank(_ shift: Shift) -> (Int, Int) { (isNew(shift) ? 1 : 0, lines[shift] ?? 0) }
    func name(_ shift: Shift) -> String { "\(shift.text) on \(shift.day.text)" }
    let (own, met) = rank(one) > rank(other) ? (one, other) : (other, one)
    let line = lines[own].map { "line \($0): " } ?? ""
    let place = isNew(met) ? lines[met].map { " of line \($0)" } ?? "" : ", which is planned already"
    return ShiftFault("\(line)agent \(own.agent): \(name(own)) overlaps \(name(met))\(place)")
  }

  /// Where what is planned is not what it will be.
  public func differences(from planned: [Shift]) -> [Place] {
    let before = Dictionary(grouping: planned) { Place(agent: $0.agent, day: $0.day) }
    return plans.filter { Set($0.value) != Set(before[$0.key] ?? []) }.keys.sorted()
  }
}

/// Where shifts are kept.
public protocol ShiftStore: Sendable {
  /// Carries a change out, all or nothing, unless it has faults beside what is planned: nobody else plans in between.
  /// Durable when it returns; the places that are different now, or the faults.
  func carryOut(_ change: ShiftChange, user: UInt32, at wall: Int64) async throws -> Result<
    [ShiftChange.Place], ShiftFaults
  >
  /// Shifts that begin on these days, of everybody or one agent: by day, agent and beginning, so many at most.
  func shifts(on days: ClosedRange<LocalDay>, of agent: AgentID?, atMost most: Int) async throws -> [KeptShift]
}

/// Why a change is not carried out.
public struct ShiftFaults: Error, Equatable, Sendable {
  /// All of them.
  public var all: [ShiftFault]

  /// As given.
  public init(_ all: [ShiftFault]) { self.all = all }

  /// So many are told.
  static let mostTold = 20

  /// A line for each of the first.
  public var text: String {
    let rest = all.count - Self.mostTold
    return (all.prefix(Self.mostTold).map(\.text) + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: "\n")
  }
}

/// A shift with who planned it.
public struct KeptShift: Hashable, Sendable {
  /// The shift.
  public var shift: Shift
  /// The Unix user.
  public var user: UInt32
  /// Wall milliseconds since 1970.
  public var changedAt: Int64

  /// Puts it together.
  public init(shift: Shift, user: UInt32, changedAt: Int64) {
    self.shift = shift
    self.user = user
    self.changedAt = changedAt
  }
}
