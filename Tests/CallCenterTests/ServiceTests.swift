import Control
import Directory
import Distribution
import History
import Recordings
import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

@Suite(.timeLimit(.minutes(5))) struct `The service at work` {
  @Test func `what is decided is carried out in its order, and the card is shown before the phone is dialled`()
    async throws
  {
    let office = Office()
    office.store.knows(Customer(id: "c1", name: "山田 太郎"), by: "+81311112222")
    office.opens()
    await office.works("anna", at: "desk-1")
    office.calls(1)
    let (phone, _) = await office.nextDial()
    let popUp = try #require(
      office.notices.all.first { if case .popUp(let card) = $0.notice.body { card.card == "known" } else { false } })
    #expect(!popUp.orders.contains { if case .dial = $0 { true } else { false } })
    office.engine.happens(.progressed(phone, status: 180))
    office.engine.happens(.answered(phone))
    await office.notices.next { $0.body.type == "recording.started" }
    office.engine.happens(.ended(LegID(rawValue: 1), LegEnd(status: 200, byPeer: true, wasAnswered: true)))
    await office.notices.next { $0.body.type == "contact.ended" }
    let orders = office.engine.orders
    guard
      case .startRecording(let recording, _) = orders.first(where: {
        if case .startRecording = $0 { true } else { false }
      })
    else { throw Missing() }
    let (caller, agent): (AudioPoint, AudioPoint) = (.leg(LegID(rawValue: 1)), .leg(phone))
    let talk = [AudioLink(from: caller, to: agent), AudioLink(from: agent, to: caller)]
    let taps = [AudioLink(from: caller, to: .outside(recording)), AudioLink(from: agent, to: .agentSide(recording))]
    let music = AudioLink(from: .music("/music.wav"), to: caller)
    let kinds = orders.map { order -> String in
      switch order {
      case .answer: "answer"
      case .dial: "dial"
      case .link(let link): link == music ? "music" : talk.contains(link) ? "talk" : taps.contains(link) ? "tap" : "?"
      case .unlink(let link): "un-" + (link == music ? "music" : talk.contains(link) ? "talk" : "tap")
      case .startRecording: "record"
      case .stopRecording: "seal"
      case .end: "end"
      default: "?"
      }
    }
    #expect(
      kinds == [
        "answer", "music", "dial", "un-music", "talk", "talk", "record", "tap", "tap", "un-talk", "un-tap", "un-talk",
        "un-tap", "end", "seal",
      ])
    #expect(office.engine.faults.isEmpty)
    await office.closes()
  }

  @Test func `a directory that hangs delays its own ring, and nobody else's`() async {
    let office = Office()
    office.store.hangs(for: "+81311112222")
    office.opens()
    await office.works("anna", at: "desk-1")
    await office.works("boris", at: "desk-2")
    office.calls(1, from: "0311112222")
    office.calls(2, from: "0322223333")
    #expect(await office.nextDial().destination == .phone("desk-2"))
    office.store.releases()
    #expect(await office.nextDial().destination == .phone("desk-1"))
    await office.closes()
  }

  @Test func `a directory that hangs delays a ring no longer than to its deadline, and the card comes later`() async {
    let office = Office { $0.directoryDeadline = .milliseconds(30) }
    office.store.hangs(for: "+81311112222")
    office.opens()
    await office.works("anna", at: "desk-1")
    office.calls(1, from: "0311112222")
    #expect(await office.nextDial().destination == .phone("desk-1"))
    office.store.releases()
    await office.notices.next { $0.body.type == "popup.completed" }
    await office.closes()
  }

  @Test func `a phone that cannot be dialled is an offer that failed, and the next agent is rung`() async {
    let office = Office()
    office.engine.refuses(.phone("desk-1"), with: .phoneNotReachable("desk-1"))
    office.opens()
    await office.works("anna", at: "desk-1")
    await office.works("boris", at: "desk-2")
    office.calls(1)
    #expect(await office.nextDial().destination == .phone("desk-2"))
    #expect(
      office.notices.all.contains {
        $0.notice.agent == "anna" && $0.notice.body == .contactOfferEnded(reason: "unreachable")
      })
    await office.closes()
  }

  @Test(arguments: [EngineError.exhausted, .stopped])
  func `an engine that can dial nobody is our fault, and puts no phone into back-off`(error: EngineError) async {
    let office = Office()
    office.engine.refuses(.phone("desk-1"), with: error)
    office.opens()
    await office.works("anna", at: "desk-1")
    office.calls(1)
    await office.notices.next { $0.body == .contactOfferEnded(reason: "system_failure") }
    guard case .success(.agents(let agents)) = await office.asks(.agentsList) else {
      Issue.record("no list of agents")
      return
    }
    #expect(agents.first { $0.agent == "anna" }?.activity == "idle")
    await office.closes()
  }

  @Test func `a store that hangs delays no call, and gets every row when it works again`() async throws {
    let office = Office()
    office.store.hangs()
    office.opens()
    await office.works("anna", at: "desk-1")
    for leg in [1, 2, 3] as [UInt64] {
      await office.serves(leg)
    }
    #expect(office.store.written.isEmpty)
    office.engine.stop()
    office.store.releases()
    await office.closes()
    let ends = office.store.written.filter { $0.endReason != nil }
    #expect(ends.map(\.endReason) == [.agentHungUp, .agentHungUp, .agentHungUp])
    #expect(office.store.writtenRecordings.count { $0.state == .sealed } == 3)
  }

  @Test func `a store and a directory that fail are logged, without a number or a name, and delay no call`()
    async throws
  {
    let office = Office()
    office.store.breaks()
    office.opens()
    await office.works("anna", at: "desk-1")
    office.calls(1)
    let (phone, _) = await office.nextDial()
    office.engine.happens(.answered(phone))
    await office.notices.next { $0.body.type == "contact.connected" }
    await office.closes()
    let messages = office.lines.all.map(\.message)
    #expect(messages.contains("a row could not be written") && messages.contains("directory failed"))
    let texts = office.lines.all.flatMap { $0.fields.map(\.value) }
    #expect(!texts.contains { $0.contains("311112222") })
    for request in [.directoryLookUp(number: "0311112222"), .historyList(HistoryFilter())] as [Request] {
      guard case .failure(let error) = await office.asks(request) else { throw Missing() }
      #expect(error.kind == .internalError)
    }
  }

  @Test func `what was decided before the end is carried out and written, and no timer or look-up outlives the run`()
    async throws
  {
    let office = Office()
    office.opens()
    await office.works("anna", at: "desk-1")
    office.calls(1)
    let (phone, _) = await office.nextDial()
    office.engine.happens(.answered(phone))
    office.store.hangs(for: "+81322223333")
    office.calls(2, from: "0322223333")
    office.engine.happens(.ended(LegID(rawValue: 1), LegEnd(status: 200, byPeer: true, wasAnswered: true)))
    await office.closes()
    #expect(office.engine.orders.contains(.end(phone, status: 480)))
    #expect(office.store.written.last { $0.endReason != nil }?.endReason == .callerHungUp)
    #expect(office.store.writtenRecordings.last?.state == .sealed)
    #expect(await office.service.sleeper?.isCancelled ?? true)
    await office.service.untilIdle()
  }

  @Test func `after stopping, waiting for idleness waits until every order is out`() async {
    let office = Office()
    office.opens()
    await office.works("anna", at: "desk-1")
    office.calls(1)
    let (phone, _) = await office.nextDial()
    office.engine.happens(.answered(phone))
    await office.notices.next { $0.body.type == "recording.started" }
    let impatient = Task { await office.service.untilIdle() }
    impatient.cancel()
    await impatient.value
    await office.service.stopCalls()
    await office.service.untilIdle()
    let ends = office.engine.orders.count { if case .end = $0 { true } else { false } }
    #expect(ends == 2)
    #expect(office.engine.orders.contains { if case .stopRecording = $0 { true } else { false } })
    await office.closes()
    #expect(office.store.written.last?.endReason == .shutdown)
  }

  @Test func `an end that hangs is waited for only as long as is allowed`() async throws {
    let office = Office()
    office.opens()
    await office.works("anna", at: "desk-1")
    office.calls(1)
    let (phone, _) = await office.nextDial()
    office.engine.happens(.answered(phone))
    await office.notices.next { $0.body.type == "recording.started" }
    office.engine.endsHang()
    await office.service.stopCalls()
    let (time, isUp) = AsyncStream<Void>.makeStream()
    let hasReturned = Guarded(false)
    let waiting = Task {
      await office.service.untilIdle(or: { for await _ in time {} })
      hasReturned.withLock { $0 = true }
    }
    _ = await office.engine.next { if case .end = $0 { true } else { false } }
    #expect(!hasReturned.withLock { $0 })
    isUp.finish()
    try await eventually("it does not wait for the order that hangs", within: .seconds(30)) {
      hasReturned.withLock { $0 }
    }
    await waiting.value
    // The one that hangs, and none behind it.
    #expect(office.engine.orders.count { if case .end = $0 { true } else { false } } == 1)
    office.engine.endsReturn()
    await office.closes()
    #expect(office.store.written.last?.endReason == .shutdown)
  }

  @Test func `whatever ends the wait for idleness, nothing goes on waiting`() async {
    let office = Office()
    office.opens()
    let wasCancelled = Guarded(false)
    let patience: @Sendable () async -> Void = {
      try? await Task.sleep(for: .seconds(30))
      wasCancelled.withLock { $0 = Task.isCancelled }
    }
    // Nobody calls: idle already.
    await office.service.untilIdle(or: patience)
    #expect(wasCancelled.withLock { $0 })
    await office.works("anna", at: "desk-1")
    office.calls(1)
    let (phone, _) = await office.nextDial()
    office.engine.happens(.answered(phone))
    // A call is up: not idle, whatever else happens meanwhile.
    await office.service.untilIdle(or: {
      for _ in 0..<100 { await office.asks(.agentsList) }
      wasCancelled.withLock { $0 = Task.isCancelled }
    })
    #expect(!wasCancelled.withLock { $0 })
    await office.service.untilIdle(or: {}, patience)
    #expect(wasCancelled.withLock { $0 })
    await office.closes()
  }

  @Test func `timers run in real time, and go when what they are about is over`() async throws {
    let office = Office { settings in
      for index in settings.distribution.queues.indices {
        settings.distribution.queues[index].ringTime = .milliseconds(30)
      }
    }
    office.opens()
    await office.works("anna", at: "desk-1")
    office.calls(1)
    let (first, _) = await office.nextDial()
    office.engine.happens(.progressed(first, status: 180))
    _ = await office.engine.next { $0 == .end(first, status: 487) }
    await office.works("boris", at: "desk-2")
    let (second, destination) = await office.nextDial()
    #expect(destination == .phone("desk-2"))
    office.engine.happens(.answered(second))
    await office.notices.next { $0.body.type == "contact.connected" }
    // Whatever was decided with the answer is carried out by now, or right after the next order.
    office.engine.happens(.ended(LegID(rawValue: 1), LegEnd(status: 200, byPeer: true, wasAnswered: true)))
    _ = await office.engine.next { if case .stopRecording = $0 { true } else { false } }
    await office.service.untilIdle()
    let timers = await office.service.deadlines.timers
    #expect(timers.contains(.distribution(.wrapUp("boris"))))
    #expect(!timers.contains(.distribution(.ringing("boris"))) && !timers.contains(.distribution(.alerting("boris"))))
    await office.closes()
  }

  @Test func `timers that wait together all run`() async {
    let office = Office { settings in
      for index in settings.distribution.queues.indices {
        settings.distribution.queues[index].wrapUp = .milliseconds(50 + 150 * index)
      }
    }
    office.opens()
    var phones: [LegID] = []
    for (agent, phone, leg, called) in [("anna", "desk-1", 1, "8000"), ("boris", "desk-2", 2, "8001")]
      as [(AgentID, PhoneID, UInt64, String)]
    {
      await office.works(agent, at: phone)
      office.calls(leg, called: called)
      phones.append(await office.nextDial().leg)
    }
    for phone in phones { office.engine.happens(.answered(phone)) }
    for phone in phones {
      office.engine.happens(.ended(phone, LegEnd(status: 200, byPeer: true, wasAnswered: true)))
    }
    await office.notices.nextEnd(of: 2)
    // No timer follows these: nothing but the first can wake the second.
    while case .success(.agents(let agents)) = await office.asks(.agentsList),
      agents.contains(where: { $0.activity == "acw" })
    {
      await Task.yield()
    }
    await office.closes()
  }

  @Test func `while draining nobody new is served, and whoever is turned away at the door is told of`() async {
    let office = Office()
    office.opens()
    await office.works("anna", at: "desk-1")
    await office.service.refused(source: "192.0.2.1", reason: "wrong password")
    await office.notices.next { $0.body == .refused(source: "192.0.2.1", reason: "wrong password") }
    await office.service.drain(seconds: 30)
    office.calls(1)
    _ = await office.engine.next { if case .end(LegID(rawValue: 1), _) = $0 { true } else { false } }
    await office.closes()
    #expect(!office.engine.orders.contains { if case .dial = $0 { true } else { false } })
  }

  @Test func `many clients at once are answered one decision after the other`() async {
    let agents = (0..<40).map { AgentID(rawValue: "agent-\($0)") }
    let office = Office { settings in
      settings.distribution.agents = agents.map { AgentSettings(id: $0, memberships: [:]) }
      for agent in agents { settings.phones[PhoneID(rawValue: "of-\(agent)")] = PhoneProfile() }
      settings.distribution.extensions = Set(agents.map { PhoneID(rawValue: "of-\($0)") })
    }
    office.opens()
    let done = await withTaskGroup(of: Int.self) { group in
      for agent in agents {
        group.addTask {
          await office.asks(.agentLogIn(agent, PhoneID(rawValue: "of-\(agent)")))
          return await withTaskGroup(of: Int.self) { clients in
            for _ in 0..<5 {
              clients.addTask {
                if case .success = await office.asks(.callDial(agent, to: "0398765432")) { 1 } else { 0 }
              }
            }
            return await clients.reduce(0, +)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(done == Array(repeating: 1, count: 40))
    for _ in agents { _ = await office.nextDial() }
    await office.closes()
    #expect(office.engine.faults.isEmpty)
    #expect(office.engine.orders.count { if case .dial = $0 { true } else { false } } == 40)
  }
}

/// What a test needs was not there.
struct Missing: Error {}
