"""The page Insights: where time goes, how good drafts are, what it saves, what machines cost."""
