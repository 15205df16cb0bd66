import Figures

extension ConfigurationReading {
  mutating func readFigures(_ section: Section) {
    let words: KeyValuePairs<String, Definition.EarlyFlowOut> = ["excluded": .excluded, "hit": .hit, "miss": .miss]
    configuration.figures.earlyFlowOut =
      section.choice("early_flow_out", words) ?? configuration.figures.earlyFlowOut
    section.finish()
  }
}
