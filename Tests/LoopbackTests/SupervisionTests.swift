import Control
import LoopbackTesting
import Testing

/// Three tones, one for each: who hears which, and which is on the recording, in dB.
@Suite(.serialized) struct `Supervising with real audio` {
  static let (customerTone, agentTone, supervisorTone) = (1000.0, 700.0, 450.0)

  /// A caller and anna talk; boris, who is not logged in, supervises from his phone.
  struct Scene {
    let office: Office
    let caller: SIPSocket
    let phone: SIPSocket
    let customer: RTPEndpoint
    let agent: RTPEndpoint
    let supervisor: RTPEndpoint
    let outside: SIPSocket.Dialog
    let inside: SIPSocket.Dialog
    let contact: String
    let file: String

    init(_ more: String = "") async throws {
      office = try await Office(more)
      try await office.works("anna", at: "ext-anna")
      caller = try office.handPlayedCaller()
      phone = try office.handPlayedPhone()
      customer = try RTPEndpoint(address: "127.0.0.2", tone: customerTone)
      agent = try RTPEndpoint(address: "127.0.0.3", tone: agentTone)
      supervisor = try RTPEndpoint(address: "127.0.0.3", tone: supervisorTone)
      var dialog = SIPSocket.Dialog("s", service: "8000", at: office.host, from: Office.caller)
      try await caller.call(&dialog, body: caller.sdp(customer.port))
      outside = dialog
      inside = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp(agent.port))
      contact = try #require(try await office.events.notice("contact.connected").contact)
      file = try #require(try await office.events.notice("recording.started").data("path")?.text)
      try await customer.hears(agentTone)
      try await agent.hears(customerTone)
    }

    func asks(_ method: String, _ more: [String: JSON] = [:]) async throws {
      try await office.events.request(method, more.merging(["supervisor": .string("boris")]) { first, _ in first })
    }

    /// The supervisor's phone is rung and taken up.
    func starts(_ more: [String: JSON]) async throws -> SIPSocket.Dialog {
      try await asks("monitor.start", more.merging(["phone": .string("ext-boris")]) { first, _ in first })
      let invite = try await phone.receive(request: "INVITE")
      #expect(invite.media.count == 1)
      return try await phone.take(invite, body: phone.sdp(supervisor.port))
    }

    func mode(_ mode: String) async throws {
      let mark = office.events.notices.count
      try await asks("monitor.setMode", ["mode": .string(mode)])
      try await office.events.notice("monitor.changed", from: mark) { $0.data("mode")?.text == mode }
    }

    /// From now on for a second the endpoint hears these, above −25 dB, and not the others: below −60 dB.
    func hears(_ endpoint: RTPEndpoint, _ tones: [Double], not others: [Double]) async throws {
      for tone in tones { try await endpoint.hears(tone) }
      endpoint.forget()
      let sound = try await fact("a second has been heard") { () -> Sound? in
        let sound = endpoint.heard(last: 1)
        return sound.seconds >= 0.99 ? sound : nil
      }
      // By pieces: on a busy machine a peer's packet comes too late, and what is left of a second is out of step with itself.
      for tone in tones {
        let pieces = (0..<9).map { sound.level(of: tone, from: Double($0) / 10, for: 0.1) }.sorted()
        #expect(pieces[4] > -25, "\(tone) Hz")
      }
      for tone in others { #expect(sound.level(of: tone) < -60, "\(tone) Hz") }
    }

    /// How long the recording is.
    var length: Double { (try? Sound(wave: file).seconds) ?? 0 }

    func stop() async {
      for endpoint in [customer, agent, supervisor] { endpoint.stop() }
      await office.stop()
    }
  }

  @Test func `listen, whisper, hold, barge and back: each hears whom the matrix allows, and so does the recording`()
    async throws
  {
    let scene = try await Scene()
    let (customer, agent, supervisor) = (Self.customerTone, Self.agentTone, Self.supervisorTone)
    let mark = scene.office.events.notices.count
    _ = try await scene.starts(["agent": .string("anna")])
    try await scene.office.events.notice("monitor.started", from: mark)
    try await scene.hears(scene.supervisor, [customer, agent], not: [])
    try await scene.hears(scene.customer, [agent], not: [supervisor])
    try await scene.hears(scene.agent, [customer], not: [supervisor])

    try await scene.mode("whisper")
    try await scene.hears(scene.agent, [customer, supervisor], not: [])
    try await scene.hears(scene.customer, [agent], not: [supervisor])
    try await scene.hears(scene.supervisor, [customer, agent], not: [])

    // A customer on hold is heard by nobody.
    try await scene.phone.reinvite(
      in: scene.inside, sequence: 21, body: scene.phone.sdp(scene.agent.port, more: "a=sendonly\n"))
    try await scene.office.events.notice("contact.held")
    try await scene.customer.hearsMusic(insteadOf: agent)
    scene.supervisor.forget()
    try await scene.hears(scene.customer, [], not: [supervisor])
    #expect(scene.supervisor.heard.level(of: customer) < -60)
    try await scene.phone.reinvite(in: scene.inside, sequence: 22, body: scene.phone.sdp(scene.agent.port))
    try await scene.office.events.notice("contact.retrieved")
    try await scene.hears(scene.supervisor, [customer, agent], not: [])

    let beforeBarge = scene.length
    try await scene.mode("barge")
    try await scene.hears(scene.customer, [agent, supervisor], not: [])
    try await scene.hears(scene.agent, [customer, supervisor], not: [])
    // Also by a key of her phone, which nobody else hears.
    let key = scene.office.events.notices.count
    scene.supervisor.press("4")
    try await scene.office.events.notice("monitor.changed", from: key) { $0.data("mode")?.text == "listen" }
    #expect(scene.customer.keys.isEmpty && scene.agent.keys.isEmpty)
    try await scene.hears(scene.customer, [agent], not: [supervisor])
    try await scene.hears(scene.agent, [customer], not: [supervisor])

    try await scene.asks("monitor.stop")
    try await scene.phone.isHungUp()
    try await scene.hears(scene.customer, [agent], not: [supervisor])
    try await scene.caller.hangUp(scene.outside)
    try await scene.phone.isHungUp()
    let recorded = try await scene.office.record(scene.contact)["recordings"]?.elements.first
    let marks = recorded?["marks"]?.elements ?? []
    #expect(marks.map { $0["event"]?.text } == ["listen", "whisper", "barge", "listen", "left"])
    let barged = try #require(marks.first { $0["event"]?.text == "barge" }?["offsetMilliseconds"]?.whole)
    let sound = try Sound(wave: scene.file)
    // Never on the left; on the right while he barged, and not before.
    #expect(sound.level(of: supervisor, channel: 0) < -60)
    #expect(sound.level(of: supervisor, channel: 1, for: beforeBarge - 0.3) < -60)
    let onset = try #require(sound.onset(of: supervisor, channel: 1))
    #expect(onset > beforeBarge - 0.3)
    #expect(abs(onset - Double(barged) / 1000) < 0.3, "marked where it is heard")
    #expect(sound.level(of: supervisor, channel: 1, from: onset + 0.2, for: 0.5) > -25)
    #expect(sound.level(of: customer, channel: 0, from: onset, for: 1) > -25)
    await scene.stop()
  }

  @Test func `a supervisor who takes over is the agent: the other is hung up on, and the recording goes on`()
    async throws
  {
    let scene = try await Scene()
    let (customer, agent, supervisor) = (Self.customerTone, Self.agentTone, Self.supervisorTone)
    _ = try await scene.starts(["contact": .string(scene.contact)])
    try await scene.office.events.notice("monitor.started")
    let taken = scene.length
    try await scene.asks("monitor.takeOver")
    try await scene.phone.isHungUp()
    let notice = try await scene.office.events.notice("contact.takenOver")
    #expect(notice.agent == "boris" && notice.data("from")?.text == "anna")
    try await scene.hears(scene.customer, [supervisor], not: [agent])
    try await scene.hears(scene.supervisor, [customer], not: [agent])
    #expect(try await scene.office.agent("anna")?["activity"]?.text == "acw")
    try await scene.caller.hangUp(scene.outside)
    try await scene.phone.isHungUp()
    let record = try await scene.office.record(scene.contact)
    #expect(record["recordings"]?.elements.count == 1)
    let sound = try Sound(wave: scene.file)
    #expect(sound.level(of: supervisor, channel: 0) < -60)
    let onset = try #require(sound.onset(of: supervisor, channel: 1))
    #expect(onset > taken - 0.3)
    #expect(sound.level(of: agent, channel: 1, from: onset + 0.3, for: 0.5) < -60)
    await scene.stop()
  }

  @Test func `an agent who leaves while a supervisor barges leaves the customer to her`() async throws {
    let scene = try await Scene()
    _ = try await scene.starts(["agent": .string("anna"), "mode": .string("barge"), "follow": .string("contact")])
    try await scene.office.events.notice("monitor.changed") { $0.data("mode")?.text == "barge" }
    try await scene.phone.hangUp(scene.inside, sequence: 31)
    try await scene.office.events.notice("contact.takenOver")
    try await scene.hears(scene.customer, [Self.supervisorTone], not: [Self.agentTone])
    try await scene.caller.hangUp(scene.outside)
    try await scene.phone.isHungUp()
    let record = try await scene.office.record(scene.contact)
    #expect(record["endReason"]?.text == "caller_hung_up")
    await scene.stop()
  }

  @Test func `who follows an agent hears the next call without being rung again`() async throws {
    let scene = try await Scene()
    _ = try await scene.starts(["agent": .string("anna")])
    try await scene.office.events.notice("monitor.started")
    try await scene.caller.hangUp(scene.outside)
    try await scene.phone.isHungUp()
    try await scene.office.events.notice("monitor.changed") { $0.data("state")?.text == "waiting" }
    try await scene.office.events.request("agent.finish", ["agent": .string("anna")])
    let mark = scene.office.events.notices.count
    // An endpoint speaks to the first that it has heard.
    let (customer, agent) = (
      try RTPEndpoint(address: "127.0.0.2", tone: Self.customerTone),
      try RTPEndpoint(address: "127.0.0.3", tone: Self.agentTone)
    )
    var dialog = SIPSocket.Dialog("t", service: "8000", at: scene.office.host, from: Office.caller)
    try await scene.caller.call(&dialog, body: scene.caller.sdp(customer.port))
    _ = try await scene.phone.take(
      try await scene.phone.receive(request: "INVITE"), body: scene.phone.sdp(agent.port))
    try await scene.office.events.notice("monitor.changed", from: mark) { $0.data("state")?.text == "present" }
    try await scene.hears(scene.supervisor, [Self.customerTone, Self.agentTone], not: [])
    try await scene.hears(customer, [Self.agentTone], not: [Self.supervisorTone])
    try await scene.caller.hangUp(dialog)
    customer.stop()
    agent.stop()
    await scene.stop()
  }
}
