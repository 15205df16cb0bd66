import Control
import LoopbackTesting
import Testing

/// Three tones, one for each: who hears which, and which is on the recording, in dB.
@Suite(.serialized, .fewAtOnce) struct `Supervising with real audio` {
  /// What G.711 makes of the first two lies at multiples of 100 Hz, and the third is far from both: not even where another's
  /// packet came too late is anything of it in a piece of 100 ms.
  static let (customerTone, agentTone, supervisorTone) = (1000.0, 700.0, 3450.0)

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
    let (ofCustomer, ofAgent) = (scene.customer.position, scene.agent.position)
    _ = try await scene.starts(["agent": .string("anna")])
    try await scene.office.events.notice("monitor.started", from: mark)
    try await scene.hears(scene.supervisor, [customer, agent], not: [])
    try await scene.hears(scene.customer, [agent], not: [supervisor])
    try await scene.hears(scene.agent, [customer], not: [supervisor])
    scene.hasNotHeardSupervisor(scene.agent, since: ofAgent)

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

    scene.hasNotHeardSupervisor(scene.customer, since: ofCustomer)
    let beforeBarge = scene.length
    try await scene.mode("barge")
    try await scene.hears(scene.customer, [agent, supervisor], not: [])
    try await scene.hears(scene.agent, [customer, supervisor], not: [])
    // The agent holds, and the customer is hers who barges; then nobody's: one who whispers to an agent away is not heard.
    try await scene.phone.reinvite(
      in: scene.inside, sequence: 23, body: scene.phone.sdp(scene.agent.port, more: "a=sendonly\n"))
    for endpoint in [scene.customer, scene.supervisor] { try await scene.loses(endpoint, agent) }
    try await scene.hears(scene.customer, [supervisor], not: [agent])
    scene.agent.forget()
    try await scene.hears(scene.supervisor, [customer], not: [agent])
    #expect(scene.agent.heard.level(of: supervisor) < -60 && scene.agent.heard.level(of: customer) < -60)
    let held = scene.office.events.notices.count
    try await scene.phone.reinvite(in: scene.inside, sequence: 24, body: scene.phone.sdp(scene.agent.port))
    try await scene.office.events.notice("contact.retrieved", from: held)
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
    #expect(sound.highestLevel(of: supervisor, channel: 0) < -60)
    #expect(sound.highestLevel(of: supervisor, channel: 1, for: beforeBarge - 0.3) < -60)
    let onset = try #require(sound.onset(of: supervisor, channel: 1))
    #expect(onset > beforeBarge - 0.3)
    // Marked when it was asked for, and not after it is heard; in between this machine may have had other things to do.
    #expect((beforeBarge - 0.3...onset + 0.3).contains(Double(barged) / 1000), "heard at \(onset) s")
    #expect(sound.level(of: supervisor, channel: 1, from: onset + 0.2, for: 0.5) > -25)
    #expect(sound.level(of: customer, channel: 0, from: onset, for: 1) > -25)
    await scene.stop()
  }

  @Test
  func `each row of the matrix, at every ear and on both channels, to the end of the supervisor and of the customer`()
    async throws
  {
    let scene = try await Scene()
    let (customer, agent, supervisor) = (Self.customerTone, Self.agentTone, Self.supervisorTone)
    let position = scene.customer.position
    let hers = try await scene.starts(["agent": .string("anna")])
    try await scene.office.events.notice("monitor.started")
    var marks: [(mode: String, at: Double)] = []
    for mode in ["listen", "whisper", "barge", "whisper", "listen", "barge"] {
      if marks.count == 2 { scene.hasNotHeardSupervisor(scene.customer, since: position) }
      if !marks.isEmpty { try await scene.mode(mode) }
      marks.append((mode, scene.length))
      let isBarging = mode == "barge"
      try await scene.hears(
        scene.customer, isBarging ? [agent, supervisor] : [agent], not: [customer] + (isBarging ? [] : [supervisor]))
      try await scene.hears(
        scene.agent, mode == "listen" ? [customer] : [customer, supervisor],
        not: [agent] + (mode == "listen" ? [supervisor] : []))
      try await scene.hears(scene.supervisor, [customer, agent], not: [supervisor])
    }
    // She hangs up in the middle of it: the two hear one another, and nobody else.
    try await scene.phone.hangUp(hers, sequence: 41)
    try await scene.office.events.notice("monitor.stopped")
    marks.append(("none", scene.length))
    try await scene.hears(scene.customer, [agent], not: [customer, supervisor])
    try await scene.hears(scene.agent, [customer], not: [agent, supervisor])
    try await scene.caller.hangUp(scene.outside)
    try await scene.phone.isHungUp()
    _ = try await scene.office.record(scene.contact)
    let sound = try Sound(wave: scene.file)
    for (mode, at) in marks {
      func level(_ tone: Double, _ channel: Int) -> Double {
        sound.level(of: tone, channel: channel, from: at + 1.2, for: 0.7)
      }
      #expect(level(customer, 0) > -25 && level(agent, 1) > -25, "\(mode)")
      #expect(level(agent, 0) < -60 && level(supervisor, 0) < -60 && level(customer, 1) < -60, "\(mode)")
      #expect(mode == "barge" ? level(supervisor, 1) > -25 : level(supervisor, 1) < -60, "\(mode)")
    }
    await scene.stop()
  }

  @Test func `an agent who hangs up while a supervisor whispers ends it for all, and the customer never heard her`()
    async throws
  {
    let scene = try await Scene()
    let position = scene.customer.position
    _ = try await scene.starts(["agent": .string("anna"), "mode": .string("whisper"), "follow": .string("contact")])
    try await scene.office.events.notice("monitor.changed") { $0.data("mode")?.text == "whisper" }
    try await scene.hears(scene.agent, [Self.customerTone, Self.supervisorTone], not: [])
    try await scene.hears(scene.customer, [Self.agentTone], not: [Self.supervisorTone])
    try await scene.phone.hangUp(scene.inside, sequence: 31)
    try await scene.caller.isHungUp()
    try await scene.phone.isHungUp()
    scene.hasNotHeardSupervisor(scene.customer, since: position)
    _ = try await scene.office.record(scene.contact)
    #expect(try Sound(wave: scene.file).highestLevel(of: Self.supervisorTone, channel: 0) < -60)
    await scene.stop()
  }

  @Test func `an agent who is monitored hears a beep now and then, and nobody else does, nor the recording`()
    async throws
  {
    let beep = 1400.0
    let scene = try await Scene("[supervision]\nbeep_seconds = 1")
    scene.agent.forget()
    try await scene.hears(scene.agent, [Self.customerTone], not: [beep])
    for mode in ["listen", "whisper", "barge"] {
      if mode == "listen" {
        _ = try await scene.starts(["agent": .string("anna")])
        try await scene.office.events.notice("monitor.started")
      } else {
        try await scene.mode(mode)
      }
      for endpoint in [scene.customer, scene.agent, scene.supervisor] { endpoint.forget() }
      _ = try await fact("two seconds have been heard") { scene.agent.heard.seconds >= 2.2 ? true : nil }
      // A quarter of each second.
      let heard = scene.agent.heard
      #expect(heard.level(of: beep) > -45, "\(mode)")
      let pieces = stride(from: 0.0, to: 1.2, by: 0.1).map { heard.level(of: beep, from: $0, for: 0.1) }
      #expect(pieces.contains { $0 > -27 } && pieces.contains { $0 < -50 }, "\(mode): \(pieces)")
      // The octave above the agent's tone: G.711 makes a trace of it, and so does each packet that comes too late.
      #expect(scene.customer.heard.level(of: beep) < -50, "\(mode)")
      #expect(scene.supervisor.heard.level(of: beep) < -50, "\(mode)")
    }
    try await scene.asks("monitor.stop")
    try await scene.phone.isHungUp()
    try await scene.loses(scene.agent, Self.supervisorTone)
    try await scene.hears(scene.agent, [Self.customerTone], not: [beep, Self.supervisorTone])
    try await scene.caller.hangUp(scene.outside)
    try await scene.phone.isHungUp()
    _ = try await scene.office.record(scene.contact)
    let sound = try Sound(wave: scene.file)
    for channel in [0, 1] { #expect(sound.level(of: beep, channel: channel) < -55, "channel \(channel)") }
    await scene.stop()
  }

  @Test func `what a supervisor says is kept in a file of her own, on the other's timeline, where that is wanted`()
    async throws
  {
    let scene = try await Scene("[supervision]\nrecording = \"separate\"")
    let (customer, agent, supervisor) = (Self.customerTone, Self.agentTone, Self.supervisorTone)
    let mark = scene.office.events.notices.count
    _ = try await scene.starts(["agent": .string("anna")])
    try await scene.office.events.notice("monitor.started")
    try await scene.hears(scene.agent, [customer], not: [supervisor])
    #expect(!scene.office.events.notices.dropFirst(mark).contains { $0.type == "recording.started" })
    try await scene.mode("barge")
    let started = try await scene.office.events.notice("recording.started", from: mark)
    let own = try #require(started.data("path")?.text)
    #expect(own == scene.file.dropLast(4) + "-supervisor.wav")
    try await scene.hears(scene.customer, [agent, supervisor], not: [])
    try await scene.mode("whisper")
    try await scene.loses(scene.customer, supervisor)
    let whispers = scene.length
    try await scene.hears(scene.agent, [customer, supervisor], not: [])
    try await scene.hears(scene.customer, [agent], not: [supervisor])
    try await scene.asks("monitor.stop")
    try await scene.phone.isHungUp()
    try await scene.caller.hangUp(scene.outside)
    try await scene.phone.isHungUp()
    let files = try await scene.office.record(scene.contact)["recordings"]?.elements ?? []
    #expect(files.count == 2 && files.allSatisfy { $0["state"]?.text == "sealed" })
    #expect(
      files.first { $0["path"]?.text == own }?["beside"]?.text
        == files.first { $0["path"]?.text == scene.file }?["recording"]?.text)
    func start(_ path: String) -> Double {
      let text = files.first { $0["path"]?.text == path }?["startedAt"]?.text ?? ""
      let time = text.drop { $0 != "T" }.dropFirst().prefix { $0 != "Z" && $0 != "+" }
      return time.split(separator: ":").reduce(0) { $0 * 60 + (Double($1) ?? .nan) }
    }
    // By what the rows say, one begins as much later than the other, and both end together once they are sealed.
    let offset = start(own) - start(scene.file)
    let (sound, hers) = try await fact("both files are whole") { () -> (Sound, Sound)? in
      let (sound, hers) = (try Sound(wave: scene.file), try Sound(wave: own))
      return abs(sound.seconds - offset - hers.seconds) < 0.02 ? (sound, hers) : nil
    }
    #expect(hers.channels.count == 1)
    #expect(sound.highestLevel(of: supervisor, channel: 0) < -60)
    #expect(sound.highestLevel(of: supervisor, channel: 1, from: whispers + 1, for: 0.8) < -60)
    #expect(hers.level(of: customer) < -60 && hers.level(of: agent) < -60)
    let barged = try #require(sound.onset(of: supervisor, channel: 1))
    let spoke = try #require(hers.onset(of: supervisor, channel: 0))
    #expect(abs(barged - offset - spoke) < 0.12)
    #expect(hers.level(of: supervisor, from: spoke + 0.2, for: 0.5) > -25)
    let atWhisper = whispers - offset + 1
    #expect(hers.level(of: supervisor, from: atWhisper, for: 0.8) > -25)
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
    scene.agent.forget()
    try await scene.hears(scene.customer, [supervisor], not: [agent])
    #expect(scene.agent.heard.seconds == 0, "she was hung up on, and hears nobody")
    #expect(try await scene.office.agent("anna")?["activity"]?.text == "acw")
    try await scene.caller.hangUp(scene.outside)
    try await scene.phone.isHungUp()
    let record = try await scene.office.record(scene.contact)
    #expect(record["recordings"]?.elements.count == 1)
    let sound = try Sound(wave: scene.file)
    #expect(sound.highestLevel(of: supervisor, channel: 0) < -60)
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
    scene.hasNotHeardSupervisor(customer, since: 0)
    try await scene.caller.hangUp(dialog)
    customer.stop()
    agent.stop()
    await scene.stop()
  }
}
