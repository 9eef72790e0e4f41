#!/bin/sh
exec stress-ng --cpu 1 --timeout 120
