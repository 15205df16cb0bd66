import Distribution
import Telephony
import TelephonyTesting
import Testing

// Every visit to a queue ends in one way, and until then waits there.
extension Overseer {
  /// Of one queue, since the beginning.
  struct Account {
    var offered = 0
    var answered = 0
    var left = 0
    var wentElsewhere = 0
    var givenUp = 0

    var ended: Int { answered + left + wentElsewhere + givenUp }
  }

  /// A contact that waits in a queue, if it does, ends its visit there like this.
  mutating func visitEnds(_ contact: ContactID, _ how: WritableKeyPath<Account, Int>) {
    guard let target = open[contact]?.target, case .queue(let queue) = target, accounts[queue] != nil else { return }
    accounts[queue]?[keyPath: how] += 1
  }

  func checkAccounts(_ queues: [QueueState]) {
    let waiting = Dictionary(uniqueKeysWithValues: queues.map { ($0.id, $0.waiting.count) })
    for (queue, account) in accounts {
      #expect(account.offered == account.ended + (waiting[queue] ?? 0), "\(queue): \(account), seed \(seed)")
    }
  }
}
