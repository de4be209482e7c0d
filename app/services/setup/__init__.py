"""合同设置: the rulebook, its questions and settings, the stages of a contract, amendments, opening records."""
