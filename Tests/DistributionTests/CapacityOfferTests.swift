import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `A second contact that is not taken` {
  @Test func `who does not answer a second call is left alone for a while, and is not sent away`() {
    var desk = Desk.talking()
    desk.arrive("two")
    desk.ring("two", "anna")
    #expect(desk.pass(.seconds(20)).ends == ["two→anna noAnswer"])
    #expect(desk["anna"].status == .ready && desk["anna"].missedOffers == 0 && desk["anna"].activity == .talking)
    #expect(desk["anna"].counters.ended == [.noAnswer: 1])
    #expect(desk.arrive("three").offers.isEmpty)
    #expect(desk.pass(.seconds(5)).offers == ["two→anna"])
  }

  @Test(arguments: [Distributor.OfferEnd.busy, .declined])
  func `a phone that takes no second call has declined, and nothing is offered again before the delay is over`(
    end: Distributor.OfferEnd
  ) {
    var desk = Desk.talking()
    for number in 2...9 { desk.arrive(ContactID(rawValue: "\(number)")) }
    #expect(desk.fail("2", "anna", end).ends == ["2→anna declined"])
    #expect(desk["anna"].offered == nil && desk["anna"].activity == .talking)
    #expect(desk.pass(.milliseconds(4_900)).offers.isEmpty)
    #expect(desk.pass(.milliseconds(100)).offers == ["2→anna"])
    #expect(desk.log.offers.count == 3)
  }

  @Test func `a phone that does not take a second call is asked again after the delay, and for a first one at once`() {
    var desk = Desk.talking()
    desk.arrive("two")
    #expect(desk.fail("two", "anna", .unreachable).offers.isEmpty)
    #expect(desk["anna"].activity == .talking && desk["anna"].status == .ready)
    #expect(desk.pass(.seconds(5)).offers == ["two→anna"])
    #expect(desk.fail("two", "anna", .unreachable).offers.isEmpty)
    desk.hangUp("one", "anna")
    #expect(desk["anna"].activity == .idle)
    #expect(desk.pass(.seconds(5)).offers == ["two→anna"])
  }

  @Test func `an end that is nobody's fault leaves her with her call, and no idle time that she did not have`() {
    var desk = Desk.talking()
    let before = desk["anna"].readySince
    desk.arrive("two")
    desk.pass(.seconds(3))
    desk.hangUp("one", "anna")
    desk.leave("two")
    #expect(desk["anna"].activity == .idle && desk["anna"].readySince > before)
  }

  @Test func `an emergency call takes the place of what rings, and the conversation goes on beside it`() {
    var desk = Desk.talking()
    desk.arrive("two")
    let effects = desk.tell { $0.dialingBegan("119", by: "anna", overrides: true, at: $1) }
    #expect(effects.ends == ["two→anna agentGone"])
    #expect(desk["anna"].activity == .outboundDialing && desk["anna"].contacts == ["one", "119"])
    desk.tell { $0.dialingFailed("119", by: "anna", at: $1) }
    #expect(desk["anna"].activity == .talking && desk["anna"].contacts == ["one"])
  }
}
