package imagelint

// Stages counts the FROM lines of a Dockerfile.
func Stages(lines []string) int {
	count := 0
	for _, line := range lines {
		if len(line) > 5 && line[:5] == "FROM " {
			count++
		}
	}
	return count
}
