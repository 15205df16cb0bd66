import Figures

extension ConfigurationReading {
  mutating func readFigures(_ section: Section) {
    let words: KeyValuePairs<String, Definition.EarlyFlowOut> = ["excluded": .excluded, "hit": .hit, "miss": .miss]
    configuration.figures.earlyFlowOut =
      section.choice("early_flow_out", words) ?? configuration.figures.earlyFlowOut
    if let days = section.integer("first_contact_days", 1...90) { configuration.figures.firstContactDays = days }
    if let days = section.integer("keep_figures_days", 1...36_600) {
      configuration.figuresKept = .seconds(days * 86_400)
    }
    section.finish()
  }
}
