import Control
import LoopbackTesting
import Testing

/// The daemon is made late by being stopped for longer than anything else on this machine keeps it waiting, and let go
/// again, for as long as it takes: what is late and what is well lie far from each other, so that neither depends on what
/// else this machine does.
@Suite(.serialized, .fewAtOnce) struct `A daemon that is late` {
  /// Stops and continues the process that the test started, until it is cancelled; it goes on then.
  private static func stalls(_ process: ChildProcess) -> Task<Void, Never> {
    Task {
      while !Task.isCancelled {
        process.signal(19)
        try? await Task.sleep(for: .milliseconds(1500))
        process.signal(18)
        try? await Task.sleep(for: .milliseconds(300))
      }
    }
  }

  private static let limits = """
    late_ms = 1000
    signalling_late_ms = 60000
    recorder_percent = 100
    events_waiting = 1000000
    bad_seconds = 2
    window_seconds = 30
    quiet_seconds = 2
    retry_after_seconds = 7
    """

  private static let refused = Scenario().invite(caller: Office.caller).receive(100, optional: true).receive(503)
    .acknowledgeFailure()

  @Test func `turns new calls away, serves those that are up or wait, says so, and recovers`() async throws {
    let office = try await Office(overload: Self.limits)
    try await office.works("anna", at: "ext-anna")
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    let customer = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let agent = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    var talking = SIPSocket.Dialog("t", service: "8000", at: office.host, from: Office.caller)
    try await caller.call(&talking, body: caller.sdp(customer.port))
    _ = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp(agent.port))
    try await customer.hears(700)
    let before = office.events.mark
    let waiter = try office.handPlayedCaller()
    var waiting = SIPSocket.Dialog("w", service: "8000", at: office.host, from: Office.caller)
    try await waiter.call(&waiting, body: waiter.sdp())
    try await office.events.notice("contact.queued", from: before)
    let ofAnna = try office.daemon.connect()
    try await ofAnna.request("events.subscribe", ["agent": .string("anna"), "types": .array([.string("system")])])
    #expect(try await office.events.request("system.status")["state"]?.text == "running")

    let mark = office.events.mark
    let stalls = Self.stalls(office.daemon.process)
    defer { stalls.cancel() }
    let told = try await office.events.notice("system.overloaded", from: mark)
    // What came up meanwhile may have filled the recorder's ring, too.
    #expect(try #require(told.data("causes")).elements.contains(.string("lateness")))
    #expect(try #require(told.data("latenessP99Microseconds")?.whole) > 1_000_000)
    #expect(try #require(told.data("ticks")?.whole) > 0)
    try await ofAnna.notice("system.overloaded")
    let peer = try office.caller(Self.refused)
    try await peer.succeeds()
    let seconds = try #require(peer.messages.firstMatch(of: #/Retry-After: (\d+)/#).flatMap { Int($0.1) })
    #expect((7...14).contains(seconds))
    let dialled = try await office.events.ask("call.dial", ["agent": .string("boris"), "to": .string("0398765432")])
    #expect(dialled["error"]?["code"] == .integer(-32006))
    let monitor = try await office.events.ask(
      "monitor.start",
      ["supervisor": .string("boris"), "agent": .string("anna"), "phone": .string("ext-boris")])
    #expect(monitor["error"]?["code"] == .integer(-32006))
    let status = try await office.events.request("system.status")
    #expect(status["state"]?.text == "overloaded" && status["load"]?["latenessP99Microseconds"]?.whole != nil)
    #expect(office.daemon.log.contains("warning system.overloaded causes=lateness"))

    // Whoever waits gets an agent all the same.
    try await office.works("boris", at: "ext-boris")
    let inside = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp())
    try await office.events.notice("contact.connected", from: mark)

    stalls.cancel()
    let recovered = try await office.events.notice("system.recovered", from: mark)
    #expect(try #require(recovered.data("seconds")?.whole) >= 2)
    #expect(
      office.events.notices.dropFirst(mark).allSatisfy { $0.type != "contact.arrived" && $0.type != "contact.ended" })
    customer.forget()
    try await customer.hears(700)
    try await agent.hears(1000)
    let late = try office.handPlayedCaller()
    var taken = SIPSocket.Dialog("l", service: "8000", at: office.host, from: Office.caller)
    try await late.call(&taken, body: late.sdp())
    let shown = try ChildProcess(
      programs() + "/tsunagi", ["--socket", office.daemon.socket, "status"], in: office.daemon.folder,
      log: office.daemon.folder + "/status")
    #expect(try await shown.waitForExit() == 0)
    let text = shown.output
    #expect(text.contains("load        audio ") && text.contains("ms late (p50/p99/worst)"), "\(text)")

    try await late.hangUp(taken)
    try await caller.hangUp(talking)
    try await phone.isHungUp()
    try await phone.hangUp(inside, sequence: 31)
    try await waiter.isHungUp()
    customer.stop()
    agent.stop()
    await office.stop()
  }
}
