import CallCenter
import Control
import Directory
import Distribution
import Entries
import Supervision
import Telephony
import TelephonyTesting

/// A day on which everything happens that can, at any moment, late, twice, and to legs that never were.
struct RandomDay {
  var floor: Floor
  private var chance: SeededRandom
  /// Legs of the past, of which late events come.
  private var formerLegs: [LegID] = [LegID(rawValue: 999), .outgoing(999)]
  private var formerContacts: [ContactID] = ["nobody"]
  private var played: [LegID] = []
  private var nextCaller: UInt64 = 0

  /// `capacity` of everybody; nil: of one agent in two more than one, as chance has it.
  init(seed: UInt64, capacity: Int? = nil) {
    chance = SeededRandom(seed: seed)
    let immediate = Bool.random(using: &chance)
    let wrapUp = Duration.seconds([0, 5, 15].randomElement(using: &chance) ?? 0)
    let choices: [QueueStrategy] = [.longestIdle, .ringAll, .ringAll, .ringProgressively, .random]
    let strategies = [choices.random(&chance), choices.random(&chance)]
    let lines = [[nil, nil, nil, 2].random(&chance), [nil, nil, nil, 0].random(&chance)]
    let needed: [Presence?] = [nil, nil, nil, nil, .loggedIn, .ready]
    let needs = [needed.random(&chance), needed.random(&chance)]
    let targets: [OverflowTarget?] = [
      nil, .queue("sales"), .queue("support"), .agent("anna"), .number("0398765432"), .announcement("/later.wav"),
    ]
    var overflows: [OverflowTarget?] = []
    for _ in 0..<6 { overflows.append(targets.random(&chance)) }
    let choice = [1, 1, 2, 3]
    let capacities = [choice.random(&chance), choice.random(&chance), choice.random(&chance)].map { capacity ?? $0 }
    floor = Floor(seed: seed) { settings in
      for index in settings.distribution.agents.indices {
        settings.distribution.agents[index].capacity = capacities[index % 3]
      }
      for index in settings.distribution.queues.indices {
        settings.distribution.queues[index].wrapUp = wrapUp
        settings.distribution.queues[index].strategy = strategies[index % 2]
        settings.distribution.queues[index].ringMoreAfter = .seconds(5)
        settings.distribution.queues[index].longestWait = index == 0 ? .seconds(45) : nil
        settings.distribution.queues[index].longestLine = lines[index % 2]
        settings.distribution.queues[index].stayNeeds = needs[index % 2]
        settings.distribution.queues[index].overflow.whenFull = overflows[index % 2]
        settings.distribution.queues[index].overflow.whenNobody = overflows[index % 2 + 2]
        settings.distribution.queues[index].overflow.afterLongestWait = overflows[index % 2 + 4]
        settings.distribution.queues[index].retryDelay = index == 0 ? .seconds(5) : .zero
      }
      settings.distribution.extensions = ["desk-3"]
      settings.distribution.agents += ["boss", "second"].map { AgentSettings(id: $0, memberships: [:]) }
      settings.agents["boss"] = AgentProfile(name: "Boss", phone: "desk-8")
      settings.phones["desk-8"] = PhoneProfile()
      settings.phones["desk-9"] = PhoneProfile()
      if seed % 2 == 1 {
        settings.supervision.rules.rows = [
          MonitorRule(supervisor: "boss"), MonitorRule(supervisor: "second", queues: ["support"], rights: [.listen]),
          MonitorRule(supervisor: "chieko", agents: ["anna"], rights: [.listen, .barge]),
        ]
      }
      settings.queues["support"]?.greeting = "/greeting.wav"
      settings.queues["support"]?.lastAgent = .seconds(20)
      settings.distribution.queues[0].keepsPlace = .seconds(30)
      settings.callers.priorityAttribute = "ランク"
      settings.callers.priorities = ["金": 5]
      settings.entries.entries += Floor.entries([("8005", .queue("forgotten")), ("8006", .agent("nobody"))])
    }
    floor.customers = immediate ? ["+81311112222": Customer(id: "c1", name: "山田 太郎")] : nil
  }

  /// One thing happens.
  mutating func step() {
    switch Int.random(in: 0..<100, using: &chance) {
    case 0..<8: somebodyCalls()
    case 8..<52: legHappens()
    case 52..<60: endingLegHappens()
    case 60..<67: somebodyAsks()
    case 67..<70: somebodySupervises()
    case 70..<74: supervisorAnswers()
    case 74..<80: directoryHappens()
    case 80..<90: floor.passes(.milliseconds(Int.random(in: 0..<[200, 3000, 25_000].random(&chance), using: &chance)))
    case 90..<93: phoneHappens()
    case 93..<96: mediaHappens()
    default: strangeHappens()
    }
  }

  /// Everybody hangs up, and all timers run out.
  mutating func evening() {
    floor.waitingLookUps = []
    floor.holdsAudit = false
    floor.auditIsWritten()
    for _ in 0..<100 {
      for leg in floor.legs.keys.sorted() where floor.legs[leg] != nil { floor.hangsUp(leg) }
      for leg in floor.ending.sorted() { floor.happens(.ended(leg, ended(200, byPeer: false))) }
      if floor.legs.isEmpty, floor.ending.isEmpty, floor.calls.isEmpty { return }
      // Whoever dials, and whose card is still awaited, has no leg yet.
      floor.passes(.milliseconds(200))
    }
  }

  private func ended(_ status: Int, byPeer: Bool = true, wasAnswered: Bool = false) -> LegEnd {
    LegEnd(status: status, byPeer: byPeer, wasAnswered: wasAnswered)
  }

  private mutating func somebodyCalls() {
    nextCaller += 1
    let leg = LegID(rawValue: nextCaller)
    let called = ["8000", "8000", "8000", "8001", "8001", "8002", "8003", "8004", "8005", "8006", "9999"].random(
      &chance)
    var invitation = Invitation(
      origin: Bool.random(using: &chance) ? .trunk("pbx") : .trunk("stranger"), called: called,
      from: NameAddress(user: ["0311112222", "0322223333", "anonymous", "mum", ""].random(&chance), host: "pbx"))
    if Int.random(in: 0..<6, using: &chance) == 0 {
      invitation.origin = .phone(["desk-1", "desk-2", "desk-9"].random(&chance))
      invitation.called = [called, "0398765432", "110", "0990123456"].random(&chance)
    }
    if Int.random(in: 0..<8, using: &chance) == 0 {
      invitation.origin = .phone(["desk-8", "desk-8", "desk-3", "desk-9"].random(&chance))
      invitation.called = ["*55anna", "*55anna", "*55boris", "*558002", "*557", "*55"].random(&chance)
    }
    floor.legs[leg] = false
    floor.happens(.arrived(leg, invitation))
    formerLegs.append(leg)
    formerContacts += floor.calls.suffix(1).map(\.contact)
  }

  private mutating func legHappens() {
    guard let leg = floor.legs.keys.sorted().randomElement(using: &chance), let isAnswered = floor.legs[leg] else {
      return
    }
    formerLegs.append(leg)
    let dice = Int.random(in: 0..<100, using: &chance)
    switch (leg.isOutgoing, isAnswered) {
    case (true, false):
      switch dice {
      case 0..<30: floor.happens(.progressed(leg, status: [180, 180, 181, 183].random(&chance)))
      case 30..<75: floor.answers(leg)
      case 75..<80: floor.happens(.held(leg))
      case 80..<82:
        floor.happens(.ended(leg, LegEnd(status: 503, byPeer: false, wasAnswered: false, isOurFault: true)))
      default: floor.refuses(leg, [302, 404, 408, 480, 482, 486, 486, 487, 500, 503, 600, 603].random(&chance))
      }
    case (false, false):
      if dice < 40 { floor.happens(.ended(leg, ended(487))) } else { floor.happens(.pressed(leg, digit: "5")) }
    case (_, true):
      switch dice {
      case 0..<25: floor.happens(.held(leg))
      case 25..<50: floor.happens(.retrieved(leg))
      case 50..<60: floor.happens(.pressed(leg, digit: ["#", "4", "5", "6"].random(&chance)))
      case 60..<70: floor.answers(leg)
      case 70..<75: floor.happens(.ended(leg, ended(408, byPeer: Bool.random(using: &chance), wasAnswered: true)))
      case 75..<95: floor.hangsUp(leg)
      default: floor.happens(.progressed(leg, status: 180))
      }
    }
  }

  private mutating func endingLegHappens() {
    guard let leg = floor.ending.sorted().randomElement(using: &chance) else { return }
    formerLegs.append(leg)
    switch Int.random(in: 0..<10, using: &chance) {
    case 0..<2: floor.answers(leg)
    case 2: floor.happens(.held(leg))
    case 3: floor.happens(.progressed(leg, status: 180))
    default: floor.happens(.ended(leg, ended(487, byPeer: false)))
    }
  }

  private mutating func somebodyAsks() {
    let agent: AgentID = ["anna", "boris", "chieko", "chieko", "nobody"].random(&chance)
    let contact = floor.calls.map(\.contact).randomElement(using: &chance) ?? formerContacts.random(&chance)
    let phone: PhoneID = ["desk-1", "desk-2", "desk-3", "desk-9"].random(&chance)
    switch Int.random(in: 0..<20, using: &chance) {
    case 0..<4: floor.asks(.agentLogIn(agent, phone))
    case 4: floor.asks(.agentLogOut(agent))
    case 5..<10: floor.asks(.agentSetStatus(agent, .ready))
    case 10: floor.asks(.agentSetStatus(agent, .away(reason: "lunch")))
    case 11..<13: floor.asks(.agentFinish(agent))
    case 13:
      floor.asks(.agentExtendWrapUp(agent, seconds: 30))
      floor.asks(.agentRequestWrapUp(agent))
      floor.asks(.contactSetDisposition(contact, code: "solved", note: ""))
    case 14..<17:
      floor.asks(
        .callDial(agent, to: ["0398765432", "110", "184119", "18409012345678", "0990111", "mum"].random(&chance)))
    case 17: floor.asks(.callHangUp(contact))
    case 18: floor.asks(.recordingStart(contact))
    default: floor.asks(.recordingStop(contact))
    }
  }

  private mutating func somebodySupervises() {
    if !floor.calls.contains(where: { $0.state == "talking" }) { somebodyTalks() }
    // Mostly where somebody talks; else anybody, and anything.
    let talking = floor.calls.filter { $0.state == "talking" }
    let isAnything = talking.isEmpty || Int.random(in: 0..<6, using: &chance) == 0
    let people: [AgentID] = isAnything ? ["anna", "boris", "chieko", "boss", "nobody"] : talking.compactMap(\.agent)
    let contacts = isAnything ? formerContacts : talking.map(\.contact)
    let supervisor: AgentID = ["boss", "boss", "second", "second", "chieko", "nobody"].random(&chance)
    let contact = contacts.random(&chance)
    let mode = MonitorMode.allCases.random(&chance)
    switch Int.random(in: 0..<12, using: &chance) {
    case 0..<4:
      let byAgent = Bool.random(using: &chance)
      floor.asks(
        .monitorStart(
          MonitorWish(
            supervisor: supervisor, agent: byAgent ? people.randomElement(using: &chance) : nil,
            contact: byAgent ? nil : contact,
            mode: mode, follow: [nil, .agent, .contact].random(&chance),
            phone: supervisor == "second" ? "desk-9" : [nil, nil, "desk-3", "desk-9"].random(&chance))))
    case 4..<7: floor.asks(.monitorSetMode(supervisor, mode))
    case 7..<9: floor.asks(.monitorTakeOver(supervisor))
    case 9: floor.asks(.monitorStop(supervisor))
    case 10: floor.holdsAudit = Int.random(in: 0..<3, using: &chance) == 0
    default: floor.auditIsWritten(Int.random(in: 0..<4, using: &chance) != 0)
    }
    if !floor.holdsAudit { floor.auditIsWritten() }
  }

  private mutating func somebodyTalks() {
    floor.works("anna", at: "desk-1")
    floor.asks(.agentFinish("anna"))
    somebodyCalls()
    floor.directoryAnswers()
    for leg in floor.dialled where floor.legs[leg] == false { floor.answers(leg) }
  }

  private mutating func supervisorAnswers() {
    let ringing = Set(floor.monitors.filter { $0.state == "ringing" }.map(\.monitor))
    let waiting = floor.supervisorLegs.filter { ringing.contains($0.value) }.keys.min()
    if let waiting { floor.answers(waiting) } else { somebodySupervises() }
  }

  private mutating func directoryHappens() {
    guard !floor.waitingLookUps.isEmpty else { return }
    let index = Int.random(in: 0..<floor.waitingLookUps.count, using: &chance)
    let (contact, _) = floor.waitingLookUps[index]
    let customer = Customer(id: "c2", name: "佐藤 花子", attributes: ["ランク": "金"])
    switch Int.random(in: 0..<5, using: &chance) {
    case 0: floor.replay(floor.flow.lookUpFailed(contact, at: floor.clock.now))
    case 1: floor.replay(floor.flow.found(contact, [], at: floor.clock.now))
    // Told twice, one way or another.
    case 2: return floor.replay(floor.flow.found(contact, [customer], at: floor.clock.now))
    default: floor.replay(floor.flow.found(contact, [customer], at: floor.clock.now))
    }
    floor.waitingLookUps.remove(at: index)
  }

  private mutating func phoneHappens() {
    let phone: PhoneID = ["desk-1", "desk-2", "desk-3"].random(&chance)
    floor.happens(Int.random(in: 0..<3, using: &chance) == 0 ? .phoneUnreachable(phone) : .phoneReachable(phone))
  }

  private mutating func mediaHappens() {
    let leg = (floor.legs.keys.sorted() + formerLegs.suffix(3)).random(&chance)
    switch Int.random(in: 0..<4, using: &chance) {
    case 3:
      // Load comes and goes, in stretches that are long enough to matter now and then.
      var figures = LoadFigures()
      if Bool.random(using: &chance) { figures.latenessP99 = .milliseconds(100) }
      for _ in 0..<Int.random(in: 1..<35, using: &chance) { floor.measures(figures) }
    case 0:
      let recording = floor.recordings.sorted().randomElement(using: &chance) ?? "none"
      floor.happens(.recordingFailed(recording, reason: "no space left on device"))
    default: floor.happens(.announcementFinished(leg))
    }
  }

  /// What comes late, twice, or from nowhere. Only what a leg in its state cannot do is strange.
  private mutating func strangeHappens() {
    let leg = formerLegs.random(&chance)
    let isThere = floor.legs[leg] != nil
    switch Int.random(in: 0..<8, using: &chance) {
    case 0 where !isThere: floor.answers(leg)
    case 1 where !isThere && !floor.ending.contains(leg): floor.hangsUp(leg)
    case 2 where !isThere: floor.happens(.progressed(leg, status: 180))
    case 3 where !isThere: floor.happens(.held(leg))
    case 4 where !isThere: floor.happens(.retrieved(leg))
    case 5 where isThere:
      floor.happens(.arrived(leg, Invitation(origin: .trunk("pbx"), called: "8000", from: NameAddress(user: "03"))))
    case 6:
      // A call of ours comes back, or somebody claims so.
      nextCaller += 1
      let back = LegID(rawValue: nextCaller)
      floor.legs[back] = false
      let contact = floor.calls.map(\.contact).randomElement(using: &chance) ?? "nobody"
      floor.happens(
        .arrived(
          back, Invitation(origin: .trunk("pbx"), called: "8000", from: NameAddress(user: "0"), contact: contact)))
    case 7 where Int.random(in: 0..<20, using: &chance) == 0:
      if Bool.random(using: &chance) { floor.drains() } else { floor.stops() }
    default: break
    }
  }
}

extension Array {
  /// One of them; arrays here are never empty.
  fileprivate func random(_ chance: inout SeededRandom) -> Element {
    self[Int.random(in: 0..<count, using: &chance)]
  }
}
