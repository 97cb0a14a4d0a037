"""What a person fills in and gives back (``data/byhand``): 待补录表, 核查意见单, 复核工作底稿."""
