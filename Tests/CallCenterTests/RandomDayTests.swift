import Control
import Conversations
import Dialing
import Directory
import Distribution
import History
import Supervision
import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

@Suite struct `Any day` {
  @Test(arguments: 0..<(isSanitized ? 40 : 200))
  func `whatever happens, each contact is told and written once, and nothing is left of it`(
    seed: UInt64
  ) {
    var day = RandomDay(seed: seed)
    for step in 0..<400 {
      day.step()
      if let fault = (day.floor.faults + day.floor.chronicle.faults).first {
        Issue.record("step \(step) of seed \(seed): \(fault)")
        return
      }
      #expect(day.floor.links == day.floor.flow.switchboard.links, "step \(step) of seed \(seed)")
    }
    day.evening()
    let floor = day.floor
    #expect(floor.faults + floor.chronicle.faults == [])
    #expect(floor.legs.isEmpty && floor.links.isEmpty && floor.recordings.isEmpty)
    #expect(floor.chronicle.open == [])
    #expect(floor.chronicle.unwritten == [])
    #expect(floor.flow.legs.isEmpty && floor.flow.contacts.isEmpty && floor.flow.recordings.isEmpty)
    #expect(
      floor.flow.monitors.monitors.isEmpty && floor.flow.monitorLegs.isEmpty && floor.flow.holdingMonitorLegs.isEmpty)
    #expect(floor.flow.books.current.isEmpty && floor.flow.switchboard.links.isEmpty)
    #expect(!floor.records.keys.contains(where: floor.flow.dialer.knows))
    #expect(floor.records.keys.allSatisfy { floor.flow.cards.card(of: $0) == .unknown })
    #expect(floor.flow.distributor.queues.allSatisfy { $0.waiting.isEmpty })
    let left = floor.clock.pending.filter { timer in
      switch timer {
      case .distribution(.wrapUp), .distribution(.backOff), .distribution(.retry), .distribution(.keptPlace): false
      case .distribution, .dialing, .directory, .supervision, .day: true
      }
    }
    #expect(left.isEmpty, "\(left)")
    day.floor.passes(.seconds(7200))
    #expect(day.floor.clock.pending.isEmpty)
  }

  @Test(arguments: 0..<20) func `the same day again is the same day`(seed: UInt64) {
    var (first, second) = (RandomDay(seed: seed), RandomDay(seed: seed))
    for _ in 0..<400 {
      first.step()
      second.step()
    }
    #expect(first.floor.effects == second.floor.effects)
    #expect(first.floor.effects.count > 100)
  }

  @Test func `such days contain what they are made for`() {
    var seen: Set<String> = []
    var reasons: Set<EndReason> = []
    var offers: Set<String> = []
    for seed in 0..<UInt64(40) {
      var day = RandomDay(seed: seed)
      for _ in 0..<400 { day.step() }
      day.evening()
      seen.formUnion(day.floor.notices().map(\.body.type))
      offers.formUnion(
        day.floor.notices().compactMap { if case .contactOfferEnded(let reason) = $0.body { reason } else { nil } })
      reasons.formUnion(day.floor.records.values.compactMap(\.endReason))
    }
    #expect(
      seen.isSuperset(of: [
        "contact.arrived", "contact.queued", "contact.overflowed", "contact.offered", "contact.ringing",
        "contact.offerEnded",
        "contact.connected", "contact.held", "contact.retrieved", "contact.dialing", "contact.digit", "contact.ended",
        "popup", "popup.completed", "agent.changed", "agent.displaced", "recording.started", "recording.ended",
        "recording.failed", "monitor.started", "monitor.changed", "monitor.stopped", "monitor.refused",
        "contact.takenOver",
      ]))
    #expect(offers.isSuperset(of: ["answered_elsewhere", "caller_gone", "agent_gone", "busy", "unreachable"]))
    #expect(
      reasons.isSuperset(of: [
        .callerHungUp, .agentHungUp, .hungUpByCommand, .abandoned, .noAnswer, .busy, .declined, .unreachable, .notFound,
        .rejected, .cancelled, .waitedTooLong, .announced, .lost, .shutdown,
      ]))
  }
}
