import Dialing
import Telephony
import Testing

@Suite struct `The dial plan` {
  private func number(_ kind: PhoneNumber.Kind) -> PhoneNumber {
    PhoneNumber(canonical: kind == .emergency ? "jp:119" : "+81312345678", display: "", kind: kind)
  }

  private func plan(trunk: TrunkID? = "out", emergency: TrunkID? = "sos") -> DialPlan {
    var plan = DialPlan()
    plan.trunk = trunk
    plan.emergencyTrunk = emergency
    return plan
  }

  @Test(arguments: PhoneNumber.Kind.allCases.filter { $0 != .emergency })
  func `fixed, mobile, FMC, IP and free numbers are open, everything else is closed`(kind: PhoneNumber.Kind) {
    let isOpen = [.fixed, .mobile, .convergence, .ip, .freeDial, .free].contains(kind)
    #expect(plan().route(number(kind)) == (isOpen ? .success("out") : .failure(.classClosed(kind))))
  }

  @Test func `a class can be opened and closed by name`() {
    var plan = plan()
    plan.open = [.international]
    #expect(plan.route(number(.international)) == .success("out"))
    #expect(plan.route(number(.mobile)) == .failure(.classClosed(.mobile)))
  }

  @Test func `without a trunk nothing goes out, and a closed class is told first`() {
    #expect(plan(trunk: nil).route(number(.fixed)) == .failure(.noTrunk))
    #expect(plan(trunk: nil).route(number(.premium)) == .failure(.classClosed(.premium)))
  }

  @Test func `emergency numbers are never refused for their class, and take the nearest way out`() {
    var plan = plan()
    plan.open = []
    #expect(plan.route(number(.emergency)) == .success("sos"))
    plan.emergencyTrunk = nil
    #expect(plan.route(number(.emergency)) == .success("out"))
    plan.trunk = nil
    #expect(plan.route(number(.emergency)) == .failure(.noEmergencyTrunk))
  }

  @Test func `callers are sent on to what may be dialled, and never to an emergency number`() {
    #expect(plan().routeOnward(number(.fixed)) == .success("out"))
    #expect(plan().routeOnward(number(.premium)) == .failure(.classClosed(.premium)))
    #expect(plan().routeOnward(number(.emergency)) == .failure(.onwardToEmergency))
  }

  @Test func `the emergency trunk is for emergencies only`() {
    #expect(plan(trunk: nil, emergency: "sos").route(number(.fixed)) == .failure(.noTrunk))
  }

  @Test(arguments: [
    (DialRefusal.classClosed(.premium), "premium"), (.classClosed(.premium), "ask an administrator"),
    (.noTrunk, "ask an administrator"),
    (.noEmergencyTrunk, "another telephone"),
    (.agentNotAvailable("anna", .loggedOut), "'anna' is logged out: log in"),
    (.agentNotAvailable("anna", .phoneNotReachable), "registered"),
    (.agentNotAvailable("anna", .offered), "refuse it"), (.agentNotAvailable("anna", .talking), "finish that call"),
    (.agentNotAvailable("anna", .supervising), "end that"),
    (.agentAtNoPhone("anna"), "another telephone"),
    (.stopping(isEmergency: true), "another telephone"), (.stopping(isEmergency: false), "try again"),
  ])
  func `every refusal says what to do`(refusal: DialRefusal, word: String) {
    #expect(refusal.explanation.contains(word))
    #expect(!refusal.explanation.contains("\n"))
  }
}
