import Control
import Telephony

extension Rendering {
  /// A line for each decision: when, and why.
  func why(_ explanation: ExplanationSummary) -> String {
    var lines = explanation.decisions.map { (shown($0.time), sentence($0)) }
    if let present = explanation.present { lines.append((words["now"], sentence(present))) }
    guard !lines.isEmpty else { return words["nothing to show"] + "\n" }
    let width = lines.map { TerminalText.width($0.0) }.max() ?? 0
    return lines.map { time, text in
      let space = String(repeating: " ", count: width - TerminalText.width(time) + 2)
      return TerminalText.safe(time) + space + TerminalText.safe(text) + "\n"
    }.joined()
  }

  private func sentence(_ decision: DecisionSummary) -> String {
    words.japanese ? decision.japanese : decision.english
  }
}
