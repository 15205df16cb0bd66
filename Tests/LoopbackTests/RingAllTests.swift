import Control
import Glibc
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Several phones ring for one caller` {
  private static let agents = ["dora", "emi", "fumi"]

  /// A queue whose three agents are rung at once; their phones are the extensions 1011, 1012 and 1013.
  private func office() async throws -> Office {
    let people = Self.agents.enumerated().map { index, name in
      """
      [[phones]]
      id = "ext-\(name)"
      trunk = "floor"
      number = "101\(index + 1)"
      [[agents]]
      id = "\(name)"
      queues = { team = 1 }

      """
    }
    let office = try await Office(
      """
      [[queues]]
      id = "team"
      strategy = "ring_all"
      ring_seconds = 60
      wrap_up_seconds = 0
      [[entries]]
      called = "8200"
      queue = "team"

      """ + people.joined())
    for agent in Self.agents { try await office.works(agent, at: "ext-\(agent)") }
    return office
  }

  /// What a phone is called by, and who sits there.
  private static func agent(called invite: SIPMessage) -> String? {
    let line = invite.text.prefix { $0 != "\n" }
    return agents.indices.first { line.contains("sip:101\($0 + 1)@") }.map { agents[$0] }
  }

  /// All three phones ring: their INVITEs by agent.
  private func rings(_ floor: SIPSocket) async throws -> [String: SIPMessage] {
    var invites: [String: SIPMessage] = [:]
    while invites.count < Self.agents.count {
      let invite = try await floor.receive(request: "INVITE")
      let agent = try #require(Self.agent(called: invite))
      #expect(
        invites.updateValue(invite, forKey: agent) == nil || invite.header("CSeq") == invites[agent]?.header("CSeq"))
      floor.respond(180, "Ringing", to: invite)
    }
    return invites
  }

  private func dialog(_ office: Office, _ name: String = "c") -> SIPSocket.Dialog {
    SIPSocket.Dialog(name, service: "8200", at: office.host, from: Office.caller)
  }

  @Test func `one answers: the others' phones are told that somebody did, and the caller hears her alone`() async throws
  {
    let office = try await office()
    let (caller, floor) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let winner = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    var call = dialog(office)
    try await caller.call(&call, body: caller.sdp(ear.port))
    let invites = try await rings(floor)
    for agent in Self.agents { try await office.events.notice("contact.ringing") { $0.agent == agent } }
    let popUps = office.events.notices.filter { $0.type == "popup" }
    #expect(popUps.map(\.agent).compactMap(\.self).sorted() == Self.agents)
    let listed = try await office.events.request("calls.list").elements.first
    #expect(listed?["agents"]?.elements.compactMap(\.text).sorted() == Self.agents && listed?["agent"]?.text == nil)
    let contact = try #require(invites["dora"]?.header("X-Tsunagi-Contact"))
    let why = try await office.events.request("distribution.explain", ["contact": .string(contact)])
    let decisions = why["decisions"]?.elements ?? []
    #expect(decisions.count == 1, "all ring by one decision")
    #expect(decisions.first?["others"]?.elements.count == 2)
    let sentence = decisions.first?["english"]?.text
    #expect(sentence?.hasPrefix("After 0 s it rings all 3 agents of team who are free for it: ") == true)

    floor.respond(200, "OK", to: try #require(invites["emi"]), body: floor.sdp(winner.port))
    var cancelled: Set<String> = []
    var isAcknowledged = false
    while cancelled.count < 2 || !isAcknowledged {
      let request = try await floor.receive("CANCEL and ACK") { $0.method == "CANCEL" || $0.method == "ACK" }
      guard request.method == "CANCEL" else {
        if request.header("Call-ID") == invites["emi"]?.header("Call-ID") { isAcknowledged = true }
        continue
      }
      let agent = try #require(Self.agent(called: request))
      #expect(agent != "emi")
      #expect(request.header("Reason") == "SIP;cause=200;text=\"Call completed elsewhere\"")
      floor.respond(200, "OK", to: request)
      floor.respond(487, "Request Terminated", to: try #require(invites[agent]))
      cancelled.insert(agent)
    }
    try await ear.hears(700)
    try await winner.hears(1000)
    let connected = try await office.events.notice("contact.connected")
    #expect(connected.agent == "emi")
    let ends = try await fact("both others are told") { () -> [ControlConnection.Received]? in
      let ends = office.events.notices.filter { $0.type == "contact.offerEnded" }
      return ends.count == 2 ? ends : nil
    }
    #expect(ends.compactMap(\.agent).sorted() == ["dora", "fumi"])
    #expect(ends.allSatisfy { $0.data("reason")?.text == "answered_elsewhere" })
    try await caller.hangUp(call)
    try await floor.isHungUp()
    let record = try await office.record(try #require(connected.contact))
    let reasons = record["segments"]?.elements.compactMap { segment in
      segment["kind"]?.text == "agent" ? "\(segment["subject"]?.text ?? "") \(segment["endReason"]?.text ?? "")" : nil
    }
    #expect(
      reasons?.sorted() == ["dora answered_elsewhere", "emi caller_hung_up", "fumi answered_elsewhere"])
    for agent in Self.agents { #expect(try await office.agent(agent)?["activity"]?.text == "idle") }
    for endpoint in [ear, winner] { endpoint.stop() }
    await office.stop()
  }

  /// Rounds in which two answer, the second later by some more microseconds each time: before our CANCEL, and across it.
  @Test func `two answer at the same instant: one is joined, and the other is acknowledged and hung up`() async throws {
    let office = try await office()
    let (caller, floor) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    // Each round has its own, since an endpoint speaks to the first that it has heard; no port is used again meanwhile,
    // where the call before may still be heard for a moment.
    var endpoints: [RTPEndpoint] = []
    for round in 0..<10 {
      let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
      let ears = try ["dora": 700.0, "emi": 900].mapValues { try RTPEndpoint(address: "127.0.0.3", tone: $0) }
      let mark = office.events.mark
      var call = dialog(office, "b\(round)")
      try await caller.call(&call, body: caller.sdp(ear.port))
      let invites = try await rings(floor)
      for agent in Self.agents { try await office.events.notice("contact.ringing", from: mark) { $0.agent == agent } }
      let answers = try (round % 2 == 0 ? ["dora", "emi"] : ["emi", "dora"]).map { agent in
        (try #require(invites[agent]), floor.sdp(try #require(ears[agent]).port))
      }
      floor.respond(200, "OK", to: answers[0].0, body: answers[0].1)
      let due = monotonicNanoseconds() + Int64(round / 2) * 300_000
      while monotonicNanoseconds() < due {}
      floor.respond(200, "OK", to: answers[1].0, body: answers[1].1)
      let winner = try #require(try await office.events.notice("contact.connected", from: mark).agent)
      let loser = winner == "dora" ? "emi" : "dora"
      try await settle(floor, invites, loser: loser)
      #expect(office.events.notices.dropFirst(mark).count { $0.type == "contact.connected" } == 1, "round \(round)")
      try await ear.hears(winner == "dora" ? 700 : 900)
      try await ears[winner]?.hears(1000)
      let said = try #require(ears[loser]).heard
      #expect(said.seconds == 0 || said.level(of: 1000) < -45, "round \(round)")
      #expect(try await office.agent(loser)?["activity"]?.text == "idle", "round \(round)")
      try await caller.hangUp(call)
      try await floor.isHungUp()
      try await office.events.notice("contact.ended", from: mark)
      endpoints += [ear] + ears.values
    }
    for endpoint in endpoints { endpoint.stop() }
    #expect(try await office.events.request("calls.list").elements.isEmpty)
    await office.stop()
  }

  /// Whoever answered too late is acknowledged, and then hung up; who did not answer at all is cancelled.
  private func settle(_ floor: SIPSocket, _ invites: [String: SIPMessage], loser: String) async throws {
    let loserID = try #require(invites[loser]?.header("Call-ID"))
    let ofThisRound = Set(invites.values.map { $0.header("Call-ID") })
    var seen: Set<String> = []
    while !seen.isSuperset(of: ["ACK of the loser", "BYE of the loser", "CANCEL of fumi"]) {
      let request = try await floor.receive("what ends the others' calls; seen: \(seen)") { $0.status == nil }
      // Of the call before something may come again, whose answer came late.
      guard ofThisRound.contains(request.header("Call-ID")) else { continue }
      let isLoser = request.header("Call-ID") == loserID
      switch request.method {
      case "ACK": if isLoser { seen.insert("ACK of the loser") }
      case "BYE":
        #expect(isLoser)
        floor.respond(200, "OK", to: request)
        seen.insert("BYE of the loser")
      case "CANCEL":
        // One that comes too late for the loser finds its INVITE answered.
        floor.respond(200, "OK", to: request)
        guard !isLoser else { continue }
        floor.respond(487, "Request Terminated", to: try #require(invites["fumi"]))
        seen.insert("CANCEL of fumi")
      default: break
      }
    }
  }
}
