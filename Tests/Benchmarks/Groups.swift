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

/// From an agent's being free to her phone's ringing, with so many callers waiting at least.
enum Waiting {
  static func measure(_ floor: Double, least: Int = 1) async throws {
    say("waiting: agents are freed one by one, while more callers come than five agents can talk to, \(least) or more")
    let office = try await Floor(agents: 5, wrapUp: 600)
    // As many come as are to be measured, and as many as must wait at the end; of many who wait, some come before that.
    let callers = try office.callers(
      least > 1 ? 2 * (enough + least) : enough + 100, perSecond: least > 1 ? 2 * perSecond : perSecond, talk: 350,
      timeout: 240)
    let name = least > 1 ? "_\(least)_waiting" : ""
    var waits: [Double] = []
    var mark = 0
    while waits.count < enough {
      let notice = try await office.events.notice("agent.changed", from: mark) { $0.data("activity")?.text == "acw" }
      guard let agent = notice.agent,
        let index = office.events.notices.firstIndex(where: {
          $0.at == notice.at && $0.agent == agent && $0.type == "agent.changed" && $0.data("activity")?.text == "acw"
        })
      else { break }
      mark = max(mark, index) + 1
      let isWaitedFor = try await office.events.request("queues.list").elements.first?["waiting"]?.whole ?? 0 >= least
      let from = office.events.mark
      let start = monotonicNanoseconds()
      _ = try await office.events.ask("agent.finish", ["agent": .string(agent)])
      guard isWaitedFor else { continue }
      let offered = try await office.events.notice("contact.ringing", from: from) { $0.agent == agent }
      waits.append(Double(offered.at - start) / 1e6)
    }
    report("agent_free_to_ring_p50_ms\(name)", waits.quantile(0.5), "ms", floor)
    report("agent_free_to_ring_p99_ms\(name)", waits.quantile(0.99), "ms", floor)
    await callers.stop()
    await office.stop()
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
