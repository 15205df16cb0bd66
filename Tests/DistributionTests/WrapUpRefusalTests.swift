import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Why a wrap-up cannot be ended, extended or asked for` {
  private func refusalToFinish(_ desk: Desk) -> WrapUpRefusal? {
    desk.distributor.refusalToFinishWrapUp(of: "anna", at: desk.clock.now)
  }

  @Test func `one that may end early can be ended`() {
    var desk = Desk.wrappingUp(.timed)
    #expect(refusalToFinish(desk) == nil)
    #expect(desk.tell { $0.wrapUpFinished("anna", at: $1) } != [])
    #expect(refusalToFinish(desk) == nil)
  }

  @Test func `one that may not tells what is left`() {
    var desk = Desk.wrappingUp(.timed, mayEndEarly: false)
    desk.pass(.seconds(4))
    #expect(refusalToFinish(desk) == .timeMustPass(.seconds(11)))
    #expect(desk.tell { $0.wrapUpFinished("anna", at: $1) } == [])
    #expect(WrapUpRefusal.timeMustPass(.seconds(11)).explanation(of: "anna").contains("11 s"))
  }

  @Test(arguments: [true, false], [true, false])
  func `of two at once, one that may not end early is enough`(inbound: Bool, outbound: Bool) {
    var settings = DistributionSettings.small
    settings.queues[0].wrapUpMayEndEarly = inbound
    settings.direct.wrapUpMayEndEarly = outbound
    var desk = Desk(settings)
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.hangUp("call", "anna")
    desk.pass(.seconds(5))
    desk.tell { $0.dialingBegan("out", by: "anna", at: $1) }
    desk.tell { $0.dialingAnswered("out", by: "anna", at: $1) }
    desk.hangUp("out", "anna")
    #expect(refusalToFinish(desk) == (inbound && outbound ? nil : .timeMustPass(.seconds(15))))
  }

  @Test func `one without its disposition tells of which contact`() {
    var desk = Desk.wrappingUp(.untilDisposition)
    #expect(refusalToFinish(desk) == .dispositionsMissing(["call"]))
    #expect(desk.distributor.refusalToExtendWrapUp(of: "anna") == nil)
    desk.pass(.seconds(16))
    #expect(refusalToFinish(desk) == .dispositionsMissing(["call"]))
    #expect(desk.distributor.refusalToExtendWrapUp(of: "anna") == .hasNoTime(["call"]))
    desk.tell { $0.dispositionSet("call", for: "anna", at: $1) }
    #expect(refusalToFinish(desk) == nil && desk.distributor.refusalToExtendWrapUp(of: "anna") == nil)
  }

  @Test func `one of an hour is extended no more`() {
    var desk = Desk.wrappingUp(.timed)
    #expect(desk.distributor.refusalToExtendWrapUp(of: "anna") == nil)
    desk.tell { $0.wrapUpExtended("anna", by: .seconds(3600), at: $1) }
    #expect(desk.distributor.refusalToExtendWrapUp(of: "anna") == .isLongest)
    #expect(desk.tell { $0.wrapUpExtended("anna", by: .seconds(1), at: $1) } == [])
  }

  @Test(arguments: WrapUpMode.allCases) func `asking for one is for who talks where it is up to her`(mode: WrapUpMode) {
    var desk = Desk.talking(mode)
    #expect(
      desk.distributor.refusalToRequestWrapUp(by: "anna") == (mode == .optional ? nil : .isNotUpToHer(mode)))
    desk.hangUp("call", "anna")
    for agent in ["anna", "nobody"] as [AgentID] {
      #expect(desk.distributor.refusalToRequestWrapUp(by: agent) == .talksToNobody)
    }
  }

  @Test(arguments: WrapUpMode.allCases) func `what a contact came to is said by who talks in it or wraps it up`(
    mode: WrapUpMode
  ) {
    var desk = Desk.talking(mode)
    let queue = DistributionSettings.small.queues[0].id
    let inCall = try? desk.distributor.disposer(of: "call", for: nil).get()
    #expect(inCall?.agent == "anna" && inCall?.queue == queue)
    #expect(desk.distributor.disposer(of: "other", for: nil) == .failure(.isNobodys))
    #expect(desk.distributor.disposer(of: "call", for: "berta") == .failure(.isAnothers))
    #expect((try? desk.distributor.disposer(of: "call", for: "anna").get()) == inCall)
    desk.hangUp("call", "anna")
    let hasWrapUp = mode == .timed || mode == .untilDisposition
    #expect((try? desk.distributor.disposer(of: "call", for: nil).get()) == (hasWrapUp ? inCall : nil))
    desk.tell { $0.agentLoggedOut("anna", by: .supervisor, at: $1) }
    #expect(desk.distributor.disposer(of: "call", for: nil) == .failure(.isNobodys))
  }

  @Test(arguments: [("anna", "berta"), ("berta", "anna")] as [(AgentID, AgentID)])
  func `after a take-over both may say what the contact came to, and one says it for both`(
    former: AgentID, present: AgentID
  ) {
    var settings = DistributionSettings.small
    settings.queues[0].wrapUpMode = .untilDisposition
    var desk = Desk(settings)
    desk.makeReady(former)
    desk.arrive("call")
    desk.answer("call", former)
    desk.tell { $0.supervisionBegan(by: present, at: $1) }
    desk.logIn(present)
    desk.hangUp("call", former)
    desk.tell { $0.contactTakenOver("call", of: "sales", by: present, on: "desk-9", at: $1) }
    for own in [nil, present, former] {
      let disposer = try? desk.distributor.disposer(of: "call", for: own).get()
      #expect(disposer?.agent == own ?? present && disposer?.queue == "sales")
      #expect(disposer?.others == [(own ?? present) == present ? former : present])
    }
    #expect(desk.distributor.disposer(of: "call", for: "clara") == .failure(.isAnothers))
  }

  @Test func `where reasons are configured, being away needs one of them`() {
    var settings = DistributionSettings.small
    #expect(Desk(settings).distributor.refusal(of: .notReady(reason: "whatever")) == nil)
    settings.reasons = ["lunch": ReasonSettings(isPaid: false), "break": ReasonSettings(isPaid: true)]
    let desk = Desk(settings)
    #expect(desk.distributor.refusal(of: .notReady(reason: "lunch")) == nil)
    #expect(desk.distributor.refusal(of: .ready) == nil && desk.distributor.refusal(of: .loggedOut) == nil)
    #expect(desk.distributor.refusal(of: .notReady(reason: "lunhc"))?.hasSuffix(": break, lunch") == true)
    #expect(desk.distributor.refusal(of: .notReady(reason: "")) == "reason is missing: break, lunch")
  }
}
