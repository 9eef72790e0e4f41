print("loading")
