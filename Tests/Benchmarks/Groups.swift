import Control
import LoopbackTesting

/// Every figure is of at least so many calls, and where the rate is not the figure, at so many a second.
private let (enough, perSecond) = (300, 20)

/// From INVITE to card and to the agent's phone, and what a call costs, with 10 agents; with more the costs alone.
enum Latency {
  static func measure(_ floor: Double, agents: Int = 10) async throws {
    let count = enough + 100
    say("latency: \(count) calls at \(perSecond) a second, with \(agents) agents")
    let office = try await Floor(agents: agents)
    let warm = try office.callers(20, perSecond: perSecond, talk: 100, from: 30_000_000)
    try await warm.succeeds()
    _ = try await fact("the first contacts have ended") {
      office.events.notices.count { $0.type == "contact.ended" } == 20 ? true : nil
    }
    let mark = office.events.mark
    let before = office.figures.processorMilliseconds
    let callers = try office.callers(count, perSecond: perSecond, talk: 150)
    try await callers.succeeds(within: .seconds(120))
    _ = try await fact("all contacts have ended") {
      office.events.notices.dropFirst(mark).count { $0.type == "contact.ended" } == count ? true : nil
    }
    let processor = office.figures.processorMilliseconds - before
    let (sent, rung) = office.invites(of: callers)
    var popUps: [Double] = []
    var seen: Set<String> = []
    for notice in office.events.notices.dropFirst(mark) where notice.type == "popup" {
      guard let number = notice.data("caller")?["number"]?.text.map({ "0" + $0.dropFirst(3) }),
        let start = sent[number],
        seen.insert(number).inserted
      else { continue }
      popUps.append((Floor.wall(notice.at) - start) * 1000)
    }
    let rings = sent.compactMap { number, start in rung[number].map { ($0 - start) * 1000 } }
    guard popUps.count == count, rings.count == count else {
      throw Fault("\(popUps.count) pop-ups and \(rings.count) rings of \(count) calls")
    }
    report("setup_cpu_ms_\(agents)_agents", processor / Double(count), "ms", floor)
    guard agents == 10 else { return await office.stop() }
    report("invite_to_popup_p50_ms", popUps.quantile(0.5), "ms", floor)
    report("invite_to_popup_p99_ms", popUps.quantile(0.99), "ms", floor)
    report("invite_to_agent_invite_p50_ms", rings.quantile(0.5), "ms", floor)
    report("invite_to_agent_invite_p99_ms", rings.quantile(0.99), "ms", floor)
    await office.stop()
  }
}

/// From an agent's being free to her phone's ringing.
enum Waiting {
  /// While more callers come than the agents can talk to.
  static func measure(_ floor: Double) async throws {
    say("waiting: agents are freed one by one, while more callers come than five agents can talk to")
    let office = try await Floor(agents: 5, wrapUp: 600)
    let callers = try office.callers(enough + 100, perSecond: perSecond, talk: 350, timeout: 240)
    var (waits, mark) = ([Double](), 0)
    while waits.count < enough {
      let agent = try await office.next("agent.changed", from: &mark) { $0.data("activity")?.text == "acw" }.agent
      let isWaitedFor = try await office.events.request("queues.list").elements.first?["waiting"]?.whole ?? 0 > 0
      guard let agent else { continue }
      let wait = try await office.finish(agent, isWaitedFor: isWaitedFor)
      if let wait { waits.append(wait) }
    }
    tell(waits, "", floor)
    await callers.stop()
    await office.stop()
  }

  /// With so many callers at least who wait, and stay until they are hung up.
  static func measure(_ floor: Double, least: Int) async throws {
    say("waiting: agents are freed one by one, while \(least) callers or more wait")
    let office = try await Floor(agents: 5, wrapUp: 600)
    let count = enough + least + office.agents.count
    let callers = try office.callers(count, perSecond: 2 * perSecond, talk: nil, timeout: 240)
    _ = try await fact("all have come", within: .seconds(60)) {
      office.events.notices.count { $0.type == "contact.queued" } == count ? true : nil
    }
    var (waits, mark) = ([Double](), 0)
    while waits.count < enough {
      let call = try await office.next("contact.connected", from: &mark)
      guard let agent = call.agent, let contact = call.contact else { continue }
      let from = office.events.mark
      try await office.events.request("call.hangUp", ["contact": .string(contact)])
      try await office.events.notice("agent.changed", from: from) {
        $0.agent == agent && $0.data("activity")?.text == "acw"
      }
      if let wait = try await office.finish(agent, isWaitedFor: true) { waits.append(wait) }
    }
    tell(waits, "_\(least)_waiting", floor)
    await callers.stop()
    await office.stop()
  }

  private static func tell(_ waits: [Double], _ name: String, _ floor: Double) {
    report("agent_free_to_ring_p50_ms\(name)", waits.quantile(0.5), "ms", floor)
    report("agent_free_to_ring_p99_ms\(name)", waits.quantile(0.99), "ms", floor)
  }
}

extension Floor {
  /// The next notice of a type, from this one on; `mark` is then the one behind it.
  fileprivate func next(
    _ type: String, from mark: inout Int, where isMeant: @Sendable (ControlConnection.Received) -> Bool = { _ in true }
  ) async throws -> ControlConnection.Received {
    let found = try await events.notice(type, from: mark, where: isMeant)
    mark = (events.notices[mark...].firstIndex { $0.type == type && $0.at == found.at && isMeant($0) } ?? mark) + 1
    return found
  }

  /// Ends her wrap-up: the milliseconds until her phone rings, if somebody waits for her.
  fileprivate func finish(_ agent: String, isWaitedFor: Bool) async throws -> Double? {
    let from = events.mark
    let start = monotonicNanoseconds()
    _ = try await events.ask("agent.finish", ["agent": .string(agent)])
    guard isWaitedFor else { return nil }
    let rings = try await events.notice("contact.ringing", from: from) { $0.agent == agent }
    return Double(rings.at - start) / 1e6
  }
}

/// How many calls a second are set up while the agent's phone still gets her INVITE within 50 ms in 99 of 100 cases.
enum Rate {
  static func measure(_ floor: Double) async throws {
    var best = 0.0
    for rate in [40, 80, 120, 160, 200, 240, 280, 320, 400] {
      say("rate: \(rate) calls a second")
      let office = try await Floor(agents: 150)
      let count = max(enough, rate * 6)
      let callers = try office.callers(count, perSecond: rate, talk: 100)
      let finished = try? await callers.process.waitForExit(within: .seconds(60))
      let (sent, rung) = office.invites(of: callers)
      let rings = sent.compactMap { number, start in rung[number].map { ($0 - start) * 1000 } }
      let late = rings.quantile(0.99)
      await callers.stop()
      await office.stop()
      say("rate: \(rate) a second: \(rings.count) of \(count) rung, p99 \(late) ms")
      guard finished == 0, rings.count == count, late < 50 else { break }
      best = Double(rate)
    }
    report("setup_rate_per_second", best, "1/s", floor)
  }
}

/// Memory when nothing happens, and for each call that is up and bridged. `Media` measures recorded ones.
enum Memory {
  static func measure(_ floor: Double) async throws {
    let count = enough
    say("memory: \(count) bridged calls")
    let office = try await Floor(agents: count)
    let idle = office.figures.residentKilobytes
    report("rss_idle_mb", idle / 1024, "MB", floor)
    let callers = try office.callers(count, perSecond: perSecond, talk: 300_000, timeout: 400)
    _ = try await fact("all are connected", within: .seconds(120)) {
      office.events.notices.count { $0.type == "contact.connected" } == count ? true : nil
    }
    report("rss_per_call_kb", (office.figures.residentKilobytes - idle) / Double(count), "kB", floor)
    await callers.stop()
    await office.stop()
  }
}
