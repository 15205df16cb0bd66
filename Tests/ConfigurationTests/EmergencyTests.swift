import Configuration
import Testing

@Suite struct `Trunks for emergency calls` {
  @Test func `a trunk that only may carry emergency calls is told apart from none`() {
    let text = "[[trunks]]\nid = \"p\"\naddresses = [\"192.0.2.1\"]\n[dialing]\ntrunk = \"p\"\n"
    let expected =
      "4:1: warning: 110, 118 and 119 go out by trunk 'p', which is not declared able to take them: set emergency = true on a trunk that is"
    #expect(faults(text).contains(expected))
  }

  @Test func `a trunk for emergency calls that insists on SRTP is warned of`() {
    let text = "[[trunks]]\nid = \"p\"\naddresses = [\"192.0.2.1\"]\nemergency = true\nsrtp = "
    let warning =
      "5:1: warning: 110, 118 and 119 go out here, and fail if the carrier answers without SRTP: srtp = 'optional' takes both"
    #expect(faults(text + "\"required\"\n").contains(warning))
    #expect(!faults(text + "\"optional\"\n").contains(warning))
  }

  @Test func `an emergency call shows whom to call back, or a warning says that it does not`() {
    let text = "[[trunks]]\nid = \"p\"\naddresses = [\"192.0.2.1\"]\nemergency = true\n"
    let expected = "4:1: warning: 110, 118 and 119 go out here without a number to call back: set caller_number"
    #expect(faults(text).contains(expected))
    #expect(!faults(text + "caller_number = \"03-1234-5678\"\n").contains(expected))
  }
}
