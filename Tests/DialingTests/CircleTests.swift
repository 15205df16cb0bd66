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

  private func seems(from caller: PhoneNumber?, to number: PhoneNumber) -> Bool {
    dialer.seemsToGoInCircles(from: caller, to: number, showing: "0398765432")
  }

  /// So many of this number, or of none, go to the mobile.
  private mutating func send(_ count: Int, from caller: PhoneNumber?) {
    for index in 0..<count {
      let contact = ContactID(rawValue: "\(caller?.canonical ?? "none") \(index)")
      #expect(!seems(from: caller, to: mobile))
      #expect(!dialer.callerSentOn(contact, from: caller, to: mobile, trunk: "out", at: now).isEmpty)
    }
  }

  @Test mutating func `after some of one number at one time it is enough; others, and other ways, are as ever`() {
    send(Dialer.mostFromOneNumber, from: ours)
    #expect(seems(from: ours, to: mobile))
    #expect(!seems(from: ours, to: other))
    #expect(!seems(from: other, to: mobile) && !seems(from: nil, to: mobile))
  }

  @Test(arguments: [("0398765432", false), ("+81398765432", false), (nil, true)])
  mutating func `who shows a number of his own is none of them, unless nobody knows what we show`(
    shown: String?, isAny: Bool
  ) {
    for index in 0..<20 {
      _ = dialer.callerSentOn(ContactID(rawValue: "o\(index)"), from: other, to: mobile, trunk: "out", at: now)
    }
    #expect(dialer.seemsToGoInCircles(from: other, to: mobile, showing: shown) == isAny)
    send(Dialer.mostFromOneNumber, from: ours)
    #expect(dialer.seemsToGoInCircles(from: ours, to: mobile, showing: shown))
  }

  @Test mutating func `without a number there may be more`() {
    send(Dialer.mostWithoutNumber, from: nil)
    #expect(seems(from: nil, to: mobile))
  }

  @Test mutating func `whoever talks counts, and whoever has gone does not`() {
    send(Dialer.mostFromOneNumber, from: ours)
    let contact = ContactID(rawValue: "\(ours.canonical) 0")
    _ = dialer.numberAnswered(contact, at: now)
    #expect(seems(from: ours, to: mobile))
    _ = dialer.agentLegEnded(contact, LegEnd(status: 200, byPeer: true, wasAnswered: true), at: now)
    #expect(!seems(from: ours, to: mobile))
  }

  @Test mutating func `calls that agents dialled count for nothing`() {
    for index in 0..<20 {
      _ = dialer.phoneDialled(ContactID(rawValue: "d\(index)"), by: nil, number: mobile, trunk: "out", at: now)
    }
    #expect(!seems(from: ours, to: mobile) && !seems(from: nil, to: mobile))
  }
}
