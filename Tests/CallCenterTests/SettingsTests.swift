import CallCenter
import Control
import Distribution
import Figures
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Settings that change while calls are up` {
  private var floor = Floor()

  /// Other settings from now on, told as this one difference.
  private mutating func change(
    _ subject: SettingSubject, _ key: String, _ change: (inout CallFlowSettings) -> Void
  ) {
    let difference = SettingDifference(subject: subject, key: key, old: .null, new: .bool(true))
    let settings = Floor.settings(change: change)
    floor.replay(floor.flow.settingsChanged(to: settings, [difference], by: 1000, at: floor.clock.now))
  }

  @Test mutating func `who waits is offered to whoever may take him now, and clients are told first`() throws {
    change(.queue("support"), "paused") { $0.distribution.queues[0].isPaused = true }
    floor.works("anna", at: "desk-1")
    _ = floor.call("8000")
    #expect(floor.dialled.isEmpty)
    let mark = floor.mark
    change(.queue("support"), "paused") { _ in }
    #expect(floor.dialled.count == 1)
    let notices = floor.notices(from: mark)
    #expect(notices.first?.queue == "support")
    #expect(
      notices.first?.body
        == .queueChanged(
          [SettingDifference(subject: .queue("support"), key: "paused", old: .null, new: .bool(true))], user: 1000))
  }

  @Test mutating func `each subject has its own notice`() {
    for (subject, type) in [
      (SettingSubject.queue("support"), "queue.changed"), (.agent("anna"), "agent.settingsChanged"),
      (.membership("anna", "support"), "membership.changed"), (.code(.reasons, "lunch"), "code.changed"),
    ] {
      let mark = floor.mark
      change(subject, "weight") { _ in }
      let notices = floor.notices(from: mark)
      #expect(notices.map(\.body.type) == [type])
      #expect(notices.map(\.agent) == [subject.agent])
      #expect(notices.map(\.queue) == [subject.queue])
      // No other agent's client.
      #expect(notices.map(\.audience) == [.supervisors(and: subject.agent == nil ? [] : ["anna"])])
    }
  }

  @Test mutating func `an agent who is added logs in at her own phone, and is shown with her queues`() {
    change(.agent("dora"), "exists") { settings in
      settings.distribution.agents.append(AgentSettings(id: "dora", memberships: ["sales": 1]))
      settings.agents["dora"] = AgentProfile(name: "Dora", phone: "desk-3")
    }
    let answer = floor.asks(.agentLogIn("dora", nil))
    #expect(answer == .success(.done(Done())))
    #expect(floor.agent("dora")?.phone == "desk-3")
    #expect(floor.agent("dora")?.name == "Dora")
    #expect(floor.agent("dora")?.queues == ["sales"])
  }

  @Test mutating func `whoever is away has overstayed by the reason as it is now`() {
    floor.works("anna", at: "desk-1")
    _ = floor.asks(.agentSetStatus("anna", .away(reason: "lunch")))
    floor.passes(.seconds(100))
    let mark = floor.mark
    change(.code(.reasons, "lunch"), "longest_minutes") {
      $0.distribution.reasons["lunch"] = ReasonSettings(isPaid: false, longest: .seconds(600))
    }
    floor.passes(.seconds(499))
    #expect(floor.notices(from: mark).allSatisfy { $0.body.type != "agent.overstayed" })
    floor.passes(.seconds(1))
    #expect(floor.notices(from: mark).contains { $0.body.type == "agent.overstayed" && $0.agent == "anna" })
  }

  @Test mutating func `time away is paid by the reason as it was at the time, also when that is taken away`() {
    func set(_ reason: ReasonSettings?) {
      change(.code(.reasons, "lunch"), "paid") { $0.distribution.reasons["lunch"] = reason }
    }
    floor.works("anna", at: "desk-1")
    set(ReasonSettings(isPaid: false))
    _ = floor.asks(.agentSetStatus("anna", .away(reason: "lunch")))
    floor.passes(.seconds(60))
    set(nil)
    floor.passes(.seconds(60))
    set(ReasonSettings(isPaid: true))
    floor.passes(.seconds(60))
    _ = floor.asks(.agentSetStatus("anna", .ready))
    let away = floor.stretches.values.filter { $0.engagement.occupation == .away && $0.engagement.reason != "login" }
      .sorted { $0.startedAt < $1.startedAt }
    #expect(away.map(\.engagement.reason) == ["lunch", "lunch"] && away.map(\.engagement.isPaid) == [false, true])
    #expect(away.allSatisfy { $0.endedAt != nil })
  }

  @Test mutating func `a caller with more points goes first`() throws {
    _ = floor.call("8000")
    _ = floor.call("8000")
    let contacts = floor.calls.map(\.contact)
    let mark = floor.mark
    #expect(floor.asks(.contactSetPriority(contacts[1], 5)) == .success(.done(Done(contact: contacts[1]))))
    #expect(floor.notices(from: mark).map(\.body) == [.contactPriorityChanged(5)])
    floor.works("anna", at: "desk-1")
    #expect(floor.calls.filter { $0.agent != nil }.map(\.contact) == [contacts[1]])
  }

  @Test(arguments: [false, true])
  mutating func `a new day forgets who answered how many`(isNewDay: Bool) throws {
    floor = Floor {
      $0.distribution.counterWindow = .day
      $0.distribution.queues[0].strategy = .fewestCalls
    }
    floor.replay(floor.flow.restored(FloorState(), at: floor.clock.now))
    floor.works("anna", at: "desk-1")
    floor.works("boris", at: "desk-2")
    let first = floor.call("8000")
    floor.answers(try #require(floor.dialled.last))
    floor.hangsUp(first)
    floor.passes(isNewDay ? .seconds(86_400) : .seconds(60))
    // Boris has answered fewer in one day, and has been ready for a shorter time.
    _ = floor.asks(.agentSetStatus("boris", .away(reason: "")))
    _ = floor.asks(.agentSetStatus("boris", .ready))
    _ = floor.call("8000")
    #expect(floor.calls.map(\.agent) == [isNewDay ? "anna" : "boris"])
  }

  @Test mutating func `who does not wait in a queue has no priority`() throws {
    func kind(_ answer: Result<ControlResult, ControlError>?) -> ControlError.Kind? {
      guard case .failure(let error) = answer else { return nil }
      return error.kind
    }
    #expect(kind(floor.asks(.contactSetPriority("nobody", 5))) == .notFound)
    floor.works("anna", at: "desk-1")
    _ = floor.call("8000")
    floor.answers(try #require(floor.dialled.first))
    #expect(kind(floor.asks(.contactSetPriority(try #require(floor.calls.first?.contact), 5))) == .wrongState)
  }
}
