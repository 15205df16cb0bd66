import Supervision
import Telephony
import TelephonyTesting
import Testing

/// Supervisors, agents and contacts at random, rows that come late or never, rights that differ.
private struct RandomShift {
  static let bosses: [AgentID] = ["b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8", "b9", "b10", "b11"]
  static let agents: [AgentID] = ["anna", "boris", "b1"]
  static let contacts: [ContactID] = ["c1", "c2", "c3"]
  static let queues: [QueueID?] = ["sales", "support", nil]

  private(set) var desk: MonitorDesk
  private let rows: [MonitorRule]
  /// Everybody may everything, most are with one agent, and seldom does anybody go: there is not room for all.
  private let isCrowded: Bool
  private var agents: [AgentID] { isCrowded ? Self.agents + ["b1", "b1", "b1", "b1", "b1"] : Self.agents }
  private var chance: SeededRandom
  private var now = Moment(monotonicNanoseconds: 0, wallMilliseconds: 0)
  private var asked = 0
  private var turns = 0
  private var talks: [ContactID: Talk] = [:]
  private var waiting: [MonitorEntry] = []
  /// The row that has just come to the disk: what it allows happens now, and at no later moment.
  private var written: MonitorEntry?
  private var placed: [MonitorID: (contact: ContactID, agent: AgentID, mode: MonitorMode)] = [:]
  /// The last row of each, of those that say where she is, whether it is waited for or not.
  private var lastRow: [MonitorID: MonitorEntry] = [:]
  private var begun: Set<MonitorID> = []
  private var ended: Set<MonitorID> = []
  private(set) var counts: [String: Int] = [:]
  private(set) var faults: [String] = []

  private struct Talk {
    var agent: AgentID
    let queue: QueueID?
    /// In which order their agents turned to them.
    var turn: Int
    var isHeld = false
  }

  init(seed: UInt64) {
    chance = SeededRandom(seed: seed)
    isCrowded = seed % 6 == 0
    var rows: [MonitorRule] = []
    for boss in Self.bosses where seed % 3 != 0 {
      for _ in 0..<2 {
        var row = MonitorRule(supervisor: boss)
        if Bool.random(using: &chance) { row.agents = ["anna"] }
        if Bool.random(using: &chance) { row.queues = ["sales"] }
        if Bool.random(using: &chance) { row.rights = [.listen, .whisper] }
        rows.append(row)
      }
    }
    self.rows = rows
    var settings = MonitorDesk.Settings()
    settings.rules.rows = rows
    desk = MonitorDesk(settings: settings)
  }

  private mutating func one<Element>(of list: [Element]) -> Element {
    list[Int.random(in: 0..<list.count, using: &chance)]
  }

  mutating func step() {
    let seconds = Int64.random(in: 0...100, using: &chance)
    pass(seconds)
    let boss = one(of: Self.bosses)
    let contact = one(of: Self.contacts)
    let watched = desk.monitors.map(\.id) + ["none"]
    let id = one(of: watched)
    var kind = Int.random(in: 0..<22, using: &chance)
    if isCrowded, [12, 13, 14, 18, 19].contains(kind), Int.random(in: 0..<8, using: &chance) != 0 { kind = 20 }
    switch kind {
    case 0..<5:
      asked += 1
      let name = MonitorID(rawValue: "m\(asked)")
      let target: MonitorOrder.Target = Bool.random(using: &chance) ? .agent(one(of: agents)) : .contact(contact)
      let order = MonitorOrder(
        supervisor: boss, phone: "p", target: target, mode: one(of: MonitorMode.allCases),
        follow: one(of: [nil, .agent, .contact]), user: one(of: isCrowded ? [1000] : [1000, 1000, nil]))
      let answer = desk.monitorAsked(order, as: name, at: now)
      if answer.refusal == nil, desk.monitors.contains(where: { $0.id == name }) { begun.insert(name) }
      see(answer.effects)
    case 5..<9: see(desk.phoneAnswered(id, at: now))
    case 9..<11:
      see(desk.modeAsked(one(of: MonitorMode.allCases), by: boss, user: one(of: [1000, 1001]), at: now).effects)
    case 11: see(desk.keyPressed(id, one(of: ["4", "5", "6", "9"]), at: now))
    case 12: see(desk.takeOverAsked(by: boss, user: one(of: [1000, 1001]), at: now).effects)
    case 13:
      if Bool.random(using: &chance) { see(desk.stopAsked(by: boss, user: one(of: [1000, 1001]), at: now).effects) }
    case 14: see(desk.phoneEnded(id, at: now))
    case 15..<18:
      if talks[contact] == nil {
        let (agent, queue) = (one(of: agents), one(of: Self.queues))
        turns += 1
        let isHeld = Int.random(in: 0..<5, using: &chance) == 0
        talks[contact] = Talk(agent: agent, queue: queue, turn: turns, isHeld: isHeld)
        see(desk.contactConnected(contact, with: agent, queue: queue, isHeld: isHeld, at: now))
      }
    case 18:
      if talks[contact] != nil, Bool.random(using: &chance) {
        let inherited = desk.agentLeft(contact, at: now)
        see(inherited)
        if !inherited.isEmpty { return }
      }
      talks[contact] = nil
      see(desk.contactEnded(contact, at: now))
    case 19: see(desk.agentLoggedOut(one(of: agents), at: now))
    default:
      let isHeld = Bool.random(using: &chance)
      if !isHeld, talks[contact]?.isHeld == true {
        turns += 1
        talks[contact]?.turn = turns
      }
      talks[contact]?.isHeld = isHeld
      see(isHeld ? desk.contactHeld(contact, at: now) : desk.contactRetrieved(contact, at: now))
    }
    while !waiting.isEmpty, Int.random(in: 0..<3, using: &chance) != 0 { writeOne() }
  }

  private mutating func pass(_ seconds: Int64) {
    now = Moment(
      monotonicNanoseconds: now.monotonicNanoseconds + seconds * 1_000_000_000,
      wallMilliseconds: now.wallMilliseconds + seconds * 1000)
  }

  private mutating func writeOne() {
    pass(1)
    let row = waiting.removeFirst()
    if Int.random(in: 0..<(isCrowded ? 300 : 30), using: &chance) == 0 {
      return see(desk.auditFailed(row.monitor, row.position, at: now))
    }
    written = row
    see(desk.audited(row.monitor, row.position, at: now))
    written = nil
  }

  mutating func evening() {
    see(desk.stopped(at: now))
    if begun != ended { faults.append("never told to have ended: \(begun.subtracting(ended).sorted())") }
  }

  /// Reckoned anew, and not as the desk does.
  private func may(_ right: MonitorRight, _ boss: AgentID, in contact: ContactID) -> Bool {
    guard let talk = talks[contact] else { return false }
    if rows.isEmpty { return true }
    return rows.contains { row in
      row.supervisor == boss && row.rights.contains(right) && (row.agents == nil || talk.agent == "anna")
        && (row.queues == nil || talk.queue == "sales")
    }
  }

  private mutating func see(_ effects: [MonitorDesk.Effect]) {
    for effect in effects {
      switch effect {
      case .audit(let row):
        waiting.append(row)
        lastRow[row.monitor] = row
      case .note(let row):
        if row.action == .refused || row.action == .left { counts[row.action.rawValue, default: 0] += 1 }
        if row.action != .refused { lastRow[row.monitor] = row }
      case .place(let id, let contact, let mode): places(id, contact, mode)
      case .withdraw(let id):
        if placed.removeValue(forKey: id) == nil { faults.append("\(id) withdrawn from nowhere") }
      case .takeOver(let monitor, let contact, let agentHungUp):
        let place = placed.removeValue(forKey: monitor.id)
        let row = agentHungUp ? lastRow[monitor.id] : written
        if row?.action != .tookOver || row?.contact != contact || row?.agent != talks[contact]?.agent {
          faults.append("\(monitor.id) takes \(contact) over, and no row says so")
        }
        if agentHungUp ? place?.mode != .barge : !may(.takeOver, monitor.supervisor, in: contact) {
          faults.append("\(monitor.id) takes \(contact) over without a right")
        }
        turns += 1
        talks[contact]?.agent = monitor.supervisor
        talks[contact]?.turn = turns
        talks[contact]?.isHeld = false
        counts["taken over", default: 0] += 1
      case .stopped(let monitor, _):
        if placed[monitor.id] != nil { faults.append("\(monitor.id) is over, and hears still") }
        if !ended.insert(monitor.id).inserted { faults.append("\(monitor.id) is over twice") }
      case .ringPhone, .answerPhone, .endPhone, .started, .changed, .left, .met, .denied, .startTimer, .cancelTimer:
        break
      }
    }
    for monitor in desk.monitors { judge(monitor) }
    for (id, place) in placed where talks[place.contact].map({ $0.agent != place.agent }) ?? false {
      faults.append("\(id) hears another agent in \(place.contact) than her row says")
    }
  }

  /// Where she is, where she ought to be, and what is written of it.
  private mutating func judge(_ monitor: Monitor) {
    let id = monitor.id
    if monitor.follow == .agent, monitor.contact != current(of: monitor.agent) {
      faults.append("\(id) is not with the call that \(monitor.agent) is in")
    }
    if let place = placed[id], place.contact != monitor.contact { faults.append("\(id) hears what she has left") }
    // Whatever a row that is on its way will change.
    guard !waiting.contains(where: { $0.monitor == id }) else { return }
    if monitor.stage == .waiting, let contact = monitor.contact, may(.listen, monitor.supervisor, in: contact),
      placed.values.count(where: { $0.contact == contact }) < MonitorDesk.limit
    {
      faults.append("\(id) waits for \(contact), and there is room")
    }
    let row = lastRow[id].flatMap { [.placed, .tookOver].contains($0.action) ? $0 : nil }
    if row?.contact != placed[id]?.contact || row?.agent != placed[id]?.agent || row?.mode != placed[id]?.mode {
      faults.append("\(id) is at \(String(describing: placed[id])), and its last row says \(String(describing: row))")
    }
  }

  /// Of several conversations the one that the agent turned to last, of those that her phone does not hold, or of all.
  private func current(of agent: AgentID) -> ContactID? {
    let hers = talks.filter { $0.value.agent == agent }.sorted { $0.value.turn < $1.value.turn }
    return (hers.last { !$0.value.isHeld } ?? hers.last)?.key
  }

  private mutating func places(_ id: MonitorID, _ contact: ContactID, _ mode: MonitorMode) {
    counts[mode.rawValue, default: 0] += 1
    guard let monitor = desk.monitors.first(where: { $0.id == id }) ?? nil else { return }
    let former = placed.updateValue((contact, monitor.agent, mode), forKey: id)
    if !may(.listen, monitor.supervisor, in: contact) { faults.append("\(id) hears \(contact) without a right") }
    if mode != .listen, !may(MonitorRight(mode), monitor.supervisor, in: contact) {
      faults.append("\(id) does \(mode) in \(contact) without a right")
    }
    if let former, former.contact != contact { faults.append("\(id) goes over without leaving") }
    if former == nil, mode != .listen { faults.append("\(id) begins with \(mode)") }
    if placed.values.count(where: { $0.contact == contact }) > MonitorDesk.limit {
      faults.append("more than five in \(contact)")
    }
    if let former, mode < former.mode { return }
    guard let row = written, row.monitor == id, row.action == .placed, row.contact == contact, row.mode == mode,
      row.agent == talks[contact]?.agent
    else { return faults.append("\(id) does \(mode) in \(contact), and no row of now says so") }
    written = nil
  }
}

@Suite struct `Any shift of supervisors` {
  @Test(arguments: 0..<100) func `nobody hears or says anything without a right and a row, and each ends once`(
    seed: UInt64
  ) {
    var shift = RandomShift(seed: seed)
    for step in 0..<600 {
      shift.step()
      if let fault = shift.faults.first {
        Issue.record("step \(step) of seed \(seed): \(fault)")
        return
      }
    }
    shift.evening()
    #expect(shift.faults == [])
    #expect(shift.desk.monitors.isEmpty)
  }

  @Test func `such shifts contain what they are made for`() {
    var counts: [String: Int] = [:]
    for seed in 0..<UInt64(30) {
      var shift = RandomShift(seed: seed)
      for _ in 0..<600 { shift.step() }
      counts.merge(shift.counts, uniquingKeysWith: +)
    }
    #expect(Set(counts.keys) == ["listen", "whisper", "barge", "refused", "left", "taken over"])
    #expect(counts.values.allSatisfy { $0 > 20 })
  }
}
