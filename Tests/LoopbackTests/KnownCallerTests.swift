import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Who is asked for which caller` {
  private func dialog(_ office: Office, _ name: String, from number: String) -> SIPSocket.Dialog {
    SIPSocket.Dialog(name, service: "8000", at: office.host, from: "<sip:\(number)@127.0.0.2>")
  }

  /// One call from this number, which rings at one phone and is answered there; who had it.
  private func call(
    _ office: Office, _ caller: SIPSocket, _ phone: SIPSocket, _ name: String, from number: String
  ) async throws -> String {
    let mark = office.events.mark
    var dialog = dialog(office, name, from: number)
    try await caller.call(&dialog, body: caller.sdp())
    let invite = try await phone.receive(request: "INVITE")
    _ = try await phone.take(invite, body: phone.sdp())
    let agent = try #require(try await office.events.notice("contact.connected", from: mark).agent)
    try await caller.hangUp(dialog)
    try await phone.isHungUp()
    try await office.events.notice("contact.ended", from: mark)
    try await office.events.request("agent.finish", ["agent": .string(agent)])
    return agent
  }

  @Test func `a caller comes to the agent with whom he talked last, also after a restart`() async throws {
    let office = try await Office(queue: "last_agent_seconds = 20")
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    try await office.works("boris", at: "ext-boris")
    #expect(try await call(office, caller, phone, "a", from: "0311112222") == "boris")
    // Anna serves the queue on a better level.
    try await office.works("anna", at: "ext-anna")
    #expect(try await call(office, caller, phone, "b", from: "0344440000") == "anna")
    #expect(try await call(office, caller, phone, "c", from: "0311112222") == "boris")
    phone.close()
    await office.stop()
    let again = try await Office(queue: "last_agent_seconds = 20", folder: office.daemon.folder)
    let (next, set) = (try again.handPlayedCaller(), try again.handPlayedPhone())
    try await again.works("anna", at: "ext-anna")
    try await again.works("boris", at: "ext-boris")
    #expect(try await call(again, next, set, "d", from: "0344440001") == "anna")
    #expect(try await call(again, next, set, "e", from: "0311112222") == "boris")
    await again.stop()
  }

  @Test
  func `by name he is known on another telephone, and comes to his last agent though another has been free for longer`()
    async throws
  {
    let folder = try temporaryFolder("office")
    try writeText(
      """
      [[customers]]
      id = "c-1"
      name = "山田 太郎"
      numbers = ["03-1111-2222", "090-3333-4444"]

      """, to: folder + "/customers.toml")
    // Time for the directory, however busy the machine is.
    let office = try await Office(
      """
      deadline_ms = 5000
      [[queues]]
      id = "desk"
      wrap_up = "none"
      last_agent_seconds = 20
      [[agents]]
      id = "dora"
      queues = ["desk"]
      [[agents]]
      id = "emi"
      queues = ["desk"]
      [[entries]]
      called = "8300"
      queue = "desk"
      """, folder: folder)
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    func call(_ name: String, from number: String) async throws -> String {
      let mark = office.events.mark
      var dialog = SIPSocket.Dialog(name, service: "8300", at: office.host, from: "<sip:\(number)@127.0.0.2>")
      try await caller.call(&dialog, body: caller.sdp())
      _ = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp())
      let connected = try await office.events.notice("contact.connected", from: mark)
      try await caller.hangUp(dialog)
      try await phone.isHungUp()
      try await office.events.notice("contact.ended", from: mark)
      return "\(connected.agent ?? "nobody") \(connected.contact ?? "")"
    }
    try await office.works("emi", at: "ext-boris")
    #expect(try await call("a", from: "0311112222").hasPrefix("emi "))
    // Dora has been ready for longer than Emi from now on.
    try await office.works("dora", at: "ext-anna")
    try await office.events.request(
      "agent.setStatus", ["agent": .string("emi"), "status": .string("away"), "reason": .string("tea")])
    try await office.events.request("agent.setStatus", ["agent": .string("emi"), "status": .string("ready")])
    let known = try await call("b", from: "09033334444")
    #expect(known.hasPrefix("emi "))
    #expect(try await call("c", from: "0344440000").hasPrefix("dora "))
    // Dora was given up before her phone was rung, by which she lost nothing.
    let contact = String(known.dropFirst(4))
    let record = try await office.record(contact)
    #expect(
      record["segments"]?.elements.compactMap { $0["endReason"]?.text }
        == ["answered", "kept_for_another", "caller_hung_up"])
    #expect(
      !office.events.notices.contains { $0.type == "contact.offered" && $0.contact == contact && $0.agent == "dora" })
    let dora = try #require(try await office.agent("dora"))
    #expect(dora["offers"]?["ended"]?["kept_for_another"]?.whole == 1)
    let why = try await office.events.request("distribution.explain", ["contact": .string(contact)])
    #expect(why["decisions"]?.elements.compactMap { $0["outcome"]?.text } == ["offered", "kept", "offered"])
    await office.stop()
  }

  @Test func `whose call breaks off keeps his place, and is served before who came later`() async throws {
    let office = try await Office(queue: "keep_place_seconds = 60")
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    var (first, other) = (dialog(office, "f", from: "0322220001"), dialog(office, "o", from: "0322220002"))
    try await caller.call(&first, body: caller.sdp())
    try await caller.call(&other, body: caller.sdp())
    try await caller.hangUp(first)
    try await office.events.notice("contact.ended")
    let mark = office.events.mark
    var again = dialog(office, "g", from: "0322220001")
    try await caller.call(&again, body: caller.sdp())
    let contact = try await office.events.notice("contact.queued", from: mark).contact
    try await office.works("anna", at: "ext-anna")
    let invite = try await phone.receive(request: "INVITE")
    #expect(invite.header("X-Tsunagi-Contact") == contact)
    _ = try await phone.take(invite, body: phone.sdp())
    try await caller.hangUp(again)
    try await phone.isHungUp()
    try await caller.hangUp(other)
    await office.stop()
  }

  @Test func `a better customer goes first, as soon as the directory has said who he is`() async throws {
    let folder = try temporaryFolder("office")
    try writeText(
      """
      [[customers]]
      id = "c-1"
      name = "山田 太郎"
      numbers = ["03-1111-2222"]
      attributes = { "ランク" = "金" }

      """, to: folder + "/customers.toml")
    let office = try await Office(
      "[callers]\npriority_attribute = \"ランク\"\npriorities = { \"金\" = 100 }", folder: folder)
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    var (first, gold) = (dialog(office, "f", from: "0322220001"), dialog(office, "g", from: "0311112222"))
    try await caller.call(&first, body: caller.sdp())
    let mark = office.events.mark
    try await caller.call(&gold, body: caller.sdp())
    let contact = try await office.events.notice("contact.queued", from: mark).contact
    _ = try await fact("the customer is known") { () -> Bool? in
      let calls = try await office.events.request("calls.list").elements
      return calls.contains { $0["customer"]?.text == "山田 太郎" } ? true : nil
    }
    try await office.works("anna", at: "ext-anna")
    #expect(try await phone.receive(request: "INVITE").header("X-Tsunagi-Contact") == contact)
    await office.stop()
  }

  @Test func `who needs English gets her who knows it, and when she is busy for too long another`() async throws {
    let office = try await Office(
      """
      [[queues]]
      id = "desk"
      [[queues.steps]]
      needs = "english>=2"
      seconds = 2
      [[agents]]
      id = "dora"
      queues = { desk = 2 }
      skills = { english = 3 }
      [[agents]]
      id = "emi"
      queues = { desk = 1 }
      skills = { english = 1 }
      [[entries]]
      called = "8300"
      queue = "desk"
      """)
    try await office.works("emi", at: "ext-anna")
    try await office.works("dora", at: "ext-boris")
    try await rings(["dora", "emi"], second: 2_000_000, in: office)
    await office.stop()
  }

  @Test func `who helps out only after a delay is offered no caller before it is over`() async throws {
    let office = try await Office(
      """
      [[queues]]
      id = "desk"
      [[agents]]
      id = "dora"
      queues = ["desk"]
      [[agents]]
      id = "emi"
      queues = { desk = { delay_seconds = 2 } }
      [[entries]]
      called = "8300"
      queue = "desk"
      """)
    // Free for longer, but for the delay she would be the first.
    try await office.works("emi", at: "ext-anna")
    try await office.works("dora", at: "ext-boris")
    try await rings(["dora", "emi"], second: 2_000_000, in: office)
    await office.stop()
  }

  /// Two callers of 8300 come to these agents, the second after so many microseconds at least; then both hang up.
  private func rings(_ agents: [String], second wait: Int, in office: Office) async throws {
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    var dialogs: [SIPSocket.Dialog] = []
    for (index, expected) in agents.enumerated() {
      let mark = office.events.mark
      var dialog = SIPSocket.Dialog("s\(index)", service: "8300", at: office.host, from: Office.caller)
      try await caller.call(&dialog, body: caller.sdp())
      dialogs.append(dialog)
      _ = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp())
      let queued = try await office.events.notice("contact.queued", from: mark)
      let offered = try await office.events.notice("contact.offered", from: mark)
      #expect(offered.agent == expected)
      let waited = (offered.event["monotonic"]?.whole ?? 0) - (queued.event["monotonic"]?.whole ?? 0)
      if index > 0 { #expect(waited >= wait) }
    }
    for dialog in dialogs {
      try await caller.hangUp(dialog)
      try await phone.isHungUp()
    }
  }
}
