print("order-history")
