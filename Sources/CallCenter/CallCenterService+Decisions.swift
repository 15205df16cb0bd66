import Control
import Distribution
import Telephony

extension CallCenterService {
  /// Of very many decisions about one contact, so many are told.
  private static let mostTold = 100

  /// From what is held, and where that may not be all, from the store.
  func explain(_ contact: ContactID, for client: Client) async -> Result<ControlResult, ControlError> {
    let log = flow.decisions
    var (kept, areAll) = log.decisions(about: contact, at: outside.now())
    if !areAll, log.age > .zero {
      await untilWritten()
      do {
        kept = try await outside.decisions.decisions(about: contact, since: oldestDecision, most: Self.mostTold)
      } catch {
        outside.log(LogLine(.error, "decisions could not be read", contact: contact, ["error": "\(error)"]))
        if kept.isEmpty { return .failure(ControlError(.internalError, "decisions could not be read: \(error)")) }
      }
    }
    return flow.explanation(of: contact, kept, for: client, at: outside.now())
  }

  func save(_ kept: KeptDecision) async {
    do {
      try await outside.decisions.save(kept, forgetting: oldestDecision)
    } catch {
      outside.log(
        LogLine(
          .error, "a row could not be written", contact: kept.decision.contact,
          ["row": "decision", "error": "\(error)"]))
    }
  }

  /// What was decided before is of no interest any more.
  private var oldestDecision: Int64 { DecisionLog.oldest(keptFor: flow.decisions.age, at: outside.now()) }
}
