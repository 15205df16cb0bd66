import Dialing
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Callers who seem to be sent on in circles` {
  private var dialer = Dialer(settings: Dialer.Settings())
  private let now = ManualClock<Dialer.Timer>().now
  private let ours = PhoneNumber(canonical: "+81398765432", display: "", kind: .fixed)
  private let mobile = PhoneNumber(canonical: "+819012345678", display: "", kind: .mobile)
  private let other = PhoneNumber(canonical: "+819087654321", display: "", kind: .mobile)

  /// So many of this number, or of none, go to the mobile.
  private mutating func send(_ count: Int, from caller: PhoneNumber?) {
    for index in 0..<count {
      let contact = ContactID(rawValue: "\(caller?.canonical ?? "none") \(index)")
      #expect(!dialer.seemsToGoInCircles(from: caller, to: mobile))
      #expect(!dialer.callerSentOn(contact, from: caller, to: mobile, trunk: "out", at: now).isEmpty)
    }
  }

  @Test mutating func `after some of one number at one time it is enough; others, and other ways, are as ever`() {
    send(Dialer.mostFromOneNumber, from: ours)
    #expect(dialer.seemsToGoInCircles(from: ours, to: mobile))
    #expect(!dialer.seemsToGoInCircles(from: ours, to: other))
    #expect(!dialer.seemsToGoInCircles(from: other, to: mobile) && !dialer.seemsToGoInCircles(from: nil, to: mobile))
  }

  @Test mutating func `without a number there may be more`() {
    send(Dialer.mostWithoutNumber, from: nil)
    #expect(dialer.seemsToGoInCircles(from: nil, to: mobile))
  }

  @Test mutating func `whoever talks counts, and whoever has gone does not`() {
    send(Dialer.mostFromOneNumber, from: ours)
    let contact = ContactID(rawValue: "\(ours.canonical) 0")
    _ = dialer.numberAnswered(contact, at: now)
    #expect(dialer.seemsToGoInCircles(from: ours, to: mobile))
    _ = dialer.agentLegEnded(contact, LegEnd(status: 200, byPeer: true, wasAnswered: true), at: now)
    #expect(!dialer.seemsToGoInCircles(from: ours, to: mobile))
  }

  @Test mutating func `calls that agents dialled count for nothing`() {
    for index in 0..<20 {
      _ = dialer.phoneDialled(ContactID(rawValue: "d\(index)"), by: nil, number: mobile, trunk: "out", at: now)
    }
    #expect(!dialer.seemsToGoInCircles(from: ours, to: mobile) && !dialer.seemsToGoInCircles(from: nil, to: mobile))
  }
}
